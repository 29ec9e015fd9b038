import type { Signer } from '../../domain/crypto.ts'
import { limits } from '../../domain/limits.ts'
import { compareText } from '../../domain/order.ts'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { signCard, type CardClaims } from '../../replica/card-codec.ts'
import type { PersonView, RoomView } from '../room-view.ts'

/** A way to the lobby: brings cards there until it is closed. */
export interface CardPost {
  publish(card: Uint8Array): void
  close(): void
}

interface AnnouncerOptions {
  readonly room: { readonly view: RoomView; subscribe(listener: () => void): Unsubscribe }
  /** The room's first record; null before it has come. */
  readonly genesis: () => Uint8Array | null
  readonly signer: Signer
  readonly scheduler: Scheduler
  /** Called when this device is the one that announces. */
  readonly connect: () => CardPost
  readonly onProblem: (problem: unknown) => void
}

/** How often it is looked whether to announce, ms. */
const LOOK_MS = 2_000
/** What has changed is told at most this often, ms. */
const CHANGE_MS = 5_000

const ranks = { founder: 0, host: 1, listener: 2 } as const

/** Who of those who are here announces the room: its founder, else a host, else whoever's id is lowest. All members come to the same. */
export function announcerOf(people: readonly Pick<PersonView, 'peer' | 'role' | 'here'>[]): string | undefined {
  const here = people.filter((person) => person.here)
  return here.toSorted((a, b) => ranks[a.role] - ranks[b.role] || compareText(a.peer, b.peer))[0]?.peer
}

/** Tells the lobby of a public room, while this device is the one to do so, and that it has ended, when nobody stays. */
export class Announcer {
  readonly #options: AnnouncerOptions
  readonly #stop: readonly Unsubscribe[]
  #post: CardPost | null = null
  #told = ''
  #toldAtMs = -Infinity
  #tail: Promise<void> = Promise.resolve()

  constructor(options: AnnouncerOptions) {
    this.#options = options
    const look = (): void => this.#look()
    this.#stop = [options.room.subscribe(look), options.scheduler.every(LOOK_MS, look)]
    look()
  }

  /** Says farewell for the room when nobody else is in it. */
  async close(): Promise<void> {
    for (const stop of this.#stop) stop()
    const others = this.#options.room.view.people.some(({ here, isMe }) => here && !isMe)
    if (this.#toldAtMs > -Infinity && !others) this.#publish(true)
    await this.#tail
    this.#post?.close()
  }

  #look(): void {
    const { room, scheduler, connect } = this.#options
    const { view } = room
    const mine = view.visibility === 'public' && view.name !== '' && announcerOf(view.people) === view.me.peer
    if (!mine) {
      this.#post?.close()
      this.#post = null
      this.#toldAtMs = -Infinity
      return
    }
    this.#post ??= connect()
    const agoMs = scheduler.nowMs() - this.#toldAtMs
    const changed = JSON.stringify(claims(view)) !== this.#told
    if (agoMs >= limits.cardPeriodMs || (changed && agoMs >= CHANGE_MS)) this.#publish(false)
  }

  #publish(ended: boolean): void {
    const { room, genesis, signer, scheduler, onProblem } = this.#options
    const [first, post] = [genesis(), this.#post]
    if (first === null || post === null) return
    const said = claims(room.view)
    this.#told = JSON.stringify(said)
    this.#toldAtMs = scheduler.nowMs()
    const card: CardClaims = { ...said, author: signer.peer, atMs: scheduler.wallMs(), ended }
    this.#tail = signCard(card, first, signer).then((bytes) => post.publish(bytes), onProblem)
  }
}

function claims({ name, listing, now, people }: RoomView): Omit<CardClaims, 'author' | 'atMs' | 'ended'> {
  const listeners = Math.min(limits.cardListeners, people.filter(({ here }) => here).length)
  if (now === null || !now.playing) return { title: name, ...listing, listeners }
  const { title, artist } = now.track
  return { title: name, ...listing, listeners, playing: { title, ...(artist === undefined ? {} : { artist }) } }
}
