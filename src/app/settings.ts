import * as v from 'valibot'
import { generatedProfile, type Profile } from '../domain/profiles.ts'
import { isRoomId, type PeerId, type RoomId } from '../domain/ids.ts'
import { parseRoomFragment } from '../domain/address.ts'
import { limits } from '../domain/limits.ts'
import type { Taste } from '../domain/lobby/taste.ts'
import { isNodeUrl } from '../net/node-address.ts'
import type { KeyValue } from '../platform/key-value.ts'
import type { RecentRoom } from './room-view.ts'

export interface SoundSettings {
  readonly volume: number
  readonly muted: boolean
  /** How late each output is, ms; the one that was set last stands first. */
  readonly offsets: readonly { readonly output: string; readonly offsetMs: number }[]
}

const profileSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(limits.nameChars)),
  face: v.string(),
})
const soundSchema = v.object({
  volume: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  muted: v.boolean(),
  offsets: v.pipe(
    v.array(
      v.object({
        output: v.string(),
        offsetMs: v.pipe(v.number(), v.minValue(-limits.offsetMs), v.maxValue(limits.offsetMs)),
      }),
    ),
    v.maxLength(limits.outputs),
  ),
})
const recentSchema = v.array(
  v.object({
    room: v.custom<RoomId>(isRoomId),
    name: v.string(),
    visibility: v.picklist(['public', 'unlisted', 'private']),
    fragment: v.pipe(
      v.string(),
      v.check((text) => parseRoomFragment(text) !== null),
    ),
    lastOpenedMs: v.number(),
  }),
)

const claimsSchema = v.array(
  v.object({
    room: v.custom<RoomId>(isRoomId),
    node: v.string(),
    claim: v.pipe(v.instance(Uint8Array), v.length(32)),
  }),
)

const nodesSchema = v.pipe(v.array(v.pipe(v.string(), v.check(isNodeUrl))), v.maxLength(limits.nodes))

const tasteSchema = v.pipe(
  v.array(v.tuple([v.string(), v.pipe(v.number(), v.finite(), v.minValue(0))])),
  v.maxLength(limits.tasteWords),
)

/** Claims that are remembered; beyond it the oldest is forgotten, and its room goes when nobody has opened it for long. */
const CLAIMS = 200
/** Rooms that the start page remembers. */
const RECENT_ROOMS = 24

/** What this device remembers of its person. Values that do not read as they should fall back on defaults: they are conveniences, not data. */
export class Settings {
  readonly #store: KeyValue
  readonly #defaults: Profile

  constructor(store: KeyValue, me: PeerId) {
    this.#store = store
    this.#defaults = generatedProfile(me)
  }

  async profile(): Promise<Profile> {
    const stored = v.safeParse(profileSchema, await this.#store.get('profile'))
    return stored.success ? stored.output : this.#defaults
  }

  saveProfile(profile: Profile): Promise<void> {
    return this.#store.set('profile', profile)
  }

  async sound(): Promise<SoundSettings> {
    const stored = v.safeParse(soundSchema, await this.#store.get('sound'))
    return stored.success ? stored.output : { volume: 0.8, muted: false, offsets: [] }
  }

  saveSound(sound: SoundSettings): Promise<void> {
    return this.#store.set('sound', sound)
  }

  async recentRooms(): Promise<readonly RecentRoom[]> {
    const stored = v.safeParse(recentSchema, await this.#store.get('rooms'))
    return stored.success ? stored.output : []
  }

  async rememberRoom(room: RecentRoom): Promise<void> {
    const others = (await this.recentRooms()).filter((known) => known.room !== room.room)
    await this.#store.set('rooms', [room, ...others].slice(0, RECENT_ROOMS))
  }

  /** With what this device asked `node` to keep a room; null when it did not. */
  async claim(room: RoomId, node: string): Promise<Uint8Array | null> {
    return (await this.#claims()).find((each) => each.room === room && each.node === node)?.claim ?? null
  }

  async saveClaim(room: RoomId, node: string, claim: Uint8Array | null): Promise<void> {
    const others = (await this.#claims()).filter((each) => each.room !== room || each.node !== node)
    await this.#store.set('claims', [...(claim === null ? [] : [{ room, node, claim }]), ...others].slice(0, CLAIMS))
  }

  async #claims(): Promise<v.InferOutput<typeof claimsSchema>> {
    const stored = v.safeParse(claimsSchema, await this.#store.get('claims'))
    return stored.success ? stored.output : []
  }

  /** Nodes that this person added, `ws:` or `wss:` without a path, oldest first. */
  async nodes(): Promise<readonly string[]> {
    const stored = v.safeParse(nodesSchema, await this.#store.get('nodes'))
    return stored.success ? stored.output : []
  }

  saveNodes(urls: readonly string[]): Promise<void> {
    return this.#store.set('nodes', urls)
  }

  async taste(): Promise<Taste> {
    const stored = v.safeParse(tasteSchema, await this.#store.get('taste'))
    return new Map(stored.success ? stored.output : [])
  }

  saveTaste(taste: Taste): Promise<void> {
    return this.#store.set('taste', [...taste])
  }

  async forgetRoom(room: RoomId): Promise<void> {
    await this.#store.set(
      'rooms',
      (await this.recentRooms()).filter((known) => known.room !== room),
    )
  }
}
