import type { Crypto } from '../../domain/crypto.ts'
import { PermissionError } from '../../domain/errors.ts'
import { Listeners } from '../../domain/listeners.ts'
import type { Permission } from '../../domain/permissions.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { KeptRoom } from '../../net/keep/kept-room.ts'
import type { KeepingView } from '../room-view.ts'

/** The part of a `KeptRoom` that a person deals with. */
export type Shelved = Pick<KeptRoom, 'state' | 'days' | 'onChange' | 'keep' | 'forget' | 'close'>

interface KeepingOptions {
  /** The keeper's name for people: its host. */
  readonly node: string
  readonly room: Shelved
  readonly crypto: Pick<Crypto, 'randomBytes'>
  /** What this device once claimed the room with at this node; null when it did not. */
  readonly claim: Uint8Array | null
  readonly saveClaim: (claim: Uint8Array | null) => Promise<void>
  readonly mayKeep: () => Permission
}

const CLAIM_BYTES = 32

/** The room at one keeper, as a person sees and asks for it. */
export class Keeping {
  readonly #options: KeepingOptions
  readonly #listeners = new Listeners<[]>()
  #claim: Uint8Array | null
  #busy = false

  constructor(options: KeepingOptions) {
    this.#options = options
    this.#claim = options.claim
    options.room.onChange(() => this.#listeners.tell())
  }

  /** Null while the keeper has not answered. */
  get view(): KeepingView | null {
    const { room, node } = this.#options
    if (room.state === 'unknown') return null
    return { node, state: room.state, days: room.days, mine: this.#claim !== null, busy: this.#busy }
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  /** Asks the node to keep the room, or to throw its copy away. @throws EarshotError that a person can read */
  async keep(on: boolean): Promise<void> {
    const { mayKeep, crypto, room, saveClaim } = this.#options
    const permission = mayKeep()
    if (!permission.allowed) throw new PermissionError(permission.why)
    const claim = this.#claim ?? crypto.randomBytes(CLAIM_BYTES)
    await this.#work(async () => {
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
    this.#listeners.clear()
    await this.#options.room.close()
  }

  async #work(task: () => Promise<void>): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    this.#listeners.tell()
    try {
      await task()
    } finally {
      this.#busy = false
      this.#listeners.tell()
    }
  }
}
