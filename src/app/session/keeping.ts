import type { Crypto } from '../../domain/crypto.ts'
import { PermissionError } from '../../domain/errors.ts'
import { Listeners } from '../../domain/listeners.ts'
import type { Permission } from '../../domain/permissions.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { KeptRoom } from '../../net/keep/kept-room.ts'
import type { KeepingPort, KeepingView } from '../room-view.ts'

interface KeepingOptions {
  /** The keeper's name for people: its host. */
  readonly node: string
  /** The room at the keeper; null when this node keeps nothing, or is out of reach. */
  readonly open: Promise<KeptRoom | null>
  readonly crypto: Pick<Crypto, 'randomBytes'>
  /** What this device once claimed the room with at this node; null when it did not. */
  readonly claim: Uint8Array | null
  readonly saveClaim: (claim: Uint8Array | null) => Promise<void>
  readonly mayKeep: () => Permission
}

const CLAIM_BYTES = 32

/** The room at a keeper, as a person sees and asks for it. */
export class Keeping implements KeepingPort {
  readonly #options: KeepingOptions
  readonly #listeners = new Listeners<[]>()
  #room: KeptRoom | null = null
  #claim: Uint8Array | null
  #busy = false
  #closed = false

  constructor(options: KeepingOptions) {
    this.#options = options
    this.#claim = options.claim
    void options.open.then((room) => {
      if (this.#closed) return void room?.close()
      this.#room = room
      room?.onChange(() => this.#listeners.tell())
      this.#listeners.tell()
    })
  }

  get view(): KeepingView | null {
    const room = this.#room
    if (room === null || room.state === 'unknown') return null
    const mine = this.#claim !== null
    return { node: this.#options.node, state: room.state, days: room.days, mine, busy: this.#busy }
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  async keep(on: boolean): Promise<void> {
    const { mayKeep, crypto, saveClaim } = this.#options
    const permission = mayKeep()
    if (!permission.allowed) throw new PermissionError(permission.why)
    const claim = this.#claim ?? crypto.randomBytes(CLAIM_BYTES)
    await this.#work(async (room) => {
      if (on) {
        // Saved first: a claim that is lost could never be taken back.
        await saveClaim(claim)
        await room.keep(claim)
      } else {
        await room.forget(claim)
        await saveClaim(null)
      }
      this.#claim = on ? claim : null
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#listeners.clear()
    await this.#room?.close()
  }

  async #work(task: (room: KeptRoom) => Promise<void>): Promise<void> {
    const room = this.#room
    if (room === null || this.#busy) return
    this.#busy = true
    this.#listeners.tell()
    try {
      await task(room)
    } finally {
      this.#busy = false
      this.#listeners.tell()
    }
  }
}
