import * as v from 'valibot'
import type { Crypto, Signer } from '../domain/crypto.ts'
import { isPeerId, isRoomId, type PeerId, type RoomId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { isBody, isRecordTime } from '../domain/record-schema.ts'
import { ascii, concat } from './bytes.ts'
import { decodeCbor, encodeCbor } from './cbor.ts'

/** What a person shows to the room right now; never stored. */
export interface PresenceState {
  readonly name: string
  readonly face: string
  readonly listening: boolean
  readonly typing: boolean
  /** Room time at which this session came in, ms. */
  readonly joinedAtMs: number
  /** Direct links of this session. */
  readonly neighbours: number
  /** The epoch that this session's room time belongs to, 32 hexadecimal digits; null while unsettled. */
  readonly epoch: string | null
  /** What this session needs from having a play in hand to its sound, whole ms: output latency and what was too late of late. */
  readonly readyMs: number
}

/** One signed word of presence: `state` null is a farewell. */
export interface PresenceNote {
  readonly room: RoomId
  readonly author: PeerId
  /** Random number of the page load. */
  readonly session: number
  /** Rises with every note of a session: an older note says nothing any more. */
  readonly counter: number
  readonly state: PresenceState | null
}

export interface SignedNote {
  readonly type: 'note'
  readonly note: PresenceNote
  /** Ed25519 over `earshot-presence-2` and the note's deterministic CBOR. */
  readonly sig: Uint8Array
}

/**
 * - `prune`: notes of these authors reach me by another way too
 * - `graft`: notes of these authors do not reach me (any more): send me the latest, and all from now on
 */
export type PresenceMessage = SignedNote | { readonly type: 'prune' | 'graft'; readonly authors: readonly PeerId[] }

/** Authors in one `prune` or `graft`, so that it fits into `limits.presenceBytes`. */
export const AUTHORS = 64

const DOMAIN = ascii('earshot-presence-2')

const count = (max: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(max))

const state = v.pipe(
  v.strictObject({
    name: v.string(),
    face: v.string(),
    listening: v.boolean(),
    typing: v.boolean(),
    joinedAtMs: v.custom<number>(isRecordTime),
    neighbours: count(100_000),
    epoch: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
    readyMs: count(limits.readyMs),
  }),
  // Name and face have the form of a profile record's.
  v.check(({ name, face }) => isBody('profile', { name, face })),
)

const message = v.variant('type', [
  v.strictObject({
    type: v.literal('note'),
    note: v.strictObject({
      room: v.custom<RoomId>(isRoomId),
      author: v.custom<PeerId>(isPeerId),
      session: count(0xffff_ffff),
      counter: count(Number.MAX_SAFE_INTEGER),
      state: v.nullable(state),
    }),
    sig: v.pipe(v.instance(Uint8Array), v.length(64)),
  }),
  v.strictObject({
    type: v.picklist(['prune', 'graft']),
    authors: v.pipe(v.array(v.custom<PeerId>(isPeerId)), v.maxLength(AUTHORS)),
  }),
])

/** Whether a state could be sent. */
export const isPresenceState = (value: PresenceState): boolean => v.is(state, value)

export const encodePresenceMessage = (value: PresenceMessage): Uint8Array => encodeCbor(value)

/** Null unless the bytes are one well-formed message. The signature is not checked. */
export function decodePresenceMessage(bytes: Uint8Array): PresenceMessage | null {
  if (bytes.length > limits.presenceBytes) return null
  const result = v.safeParse(message, decodeCbor(bytes), { abortEarly: true })
  return result.success ? result.output : null
}

const signedBytes = (note: PresenceNote): Uint8Array => concat(DOMAIN, encodeCbor(note))

export async function signNote(note: PresenceNote, signer: Signer): Promise<SignedNote> {
  return { type: 'note', note, sig: await signer.sign(signedBytes(note)) }
}

export const verifyNote = (note: PresenceNote, sig: Uint8Array, crypto: Crypto): Promise<boolean> =>
  crypto.verify(note.author, signedBytes(note), sig)
