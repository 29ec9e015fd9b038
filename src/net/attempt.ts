import type { Scheduler } from '../domain/scheduler.ts'
import { beginHello, type Hello, type HelloContext, type HelloOutcome, type ProvenPeer } from './hello.ts'
import { channelNames, type ChannelName } from './link.ts'
import type { ReportError } from '../domain/listeners.ts'
import { ProvenLink } from './proven-link.ts'
import type { WireChannel, Wires } from './wires.ts'

/** From the first signal to a proven peer. Above ICE's own patience with unreachable candidates (about 10 s) and `helloTimeoutMs`. */
export const attemptMs = 15_000
/** Control messages that may come while our side of the hello is not begun yet. */
const EARLY_MESSAGES = 4

export interface AttemptOptions {
  readonly wires: Wires
  readonly hello: Omit<HelloContext, 'binding'>
  readonly scheduler: Scheduler
  /** How long it may take until the peer is proven, ms; `attemptMs` by default. */
  readonly patienceMs?: number
  readonly report: ReportError
  readonly degree: () => number
  readonly destroy: () => void
  readonly onLinked: (link: ProvenLink) => void
  readonly onFailed: (why: AttemptFailure) => void
}

export type AttemptFailure = Extract<HelloOutcome, { ok: false }> | { readonly why: 'unreachable' | 'broken' }

/** A connection on its way to a link: waits for its channels, says hello, and yields a link or a failure, once. */
export class Attempt {
  readonly #options: AttemptOptions
  readonly #channels: Readonly<Record<ChannelName, WireChannel>>
  readonly #stopTimer: () => void
  readonly #early: Uint8Array[] = []
  #hello: Hello | null = null
  #link: ProvenLink | null = null
  #over = false

  constructor(options: AttemptOptions) {
    this.#options = options
    const { wires, scheduler, report, patienceMs = attemptMs } = options
    const context = {
      scheduler,
      report,
      heard: () => this.#link?.heard(),
      broken: () => this.#broken(),
      torn: () => this.#link?.close('lost'),
    }
    this.#channels = Object.fromEntries(channelNames.map((name) => [name, wires.channel(name, context)])) as Record<
      ChannelName,
      WireChannel
    >
    wires.onControl((bytes) => this.#onControl(bytes))
    wires.onOpen((binding) => this.#begin(binding))
    this.#stopTimer = scheduler.after(patienceMs, () => this.#fail({ why: 'unreachable' }))
  }

  /** The connection is gone, or this side gave it up. */
  connectionGone(): void {
    if (this.#link === null) this.#fail({ why: 'unreachable' })
    else this.#link.connectionGone()
  }

  #begin(binding: Uint8Array | null): void {
    if (this.#over || this.#hello !== null) return
    const { wires, hello } = this.#options
    if (binding === null) return this.#fail({ why: 'broken' })
    const refuse = (proven: ProvenPeer) => {
      const reason = hello.refuse(proven)
      if (reason === null) for (const channel of Object.values(this.#channels)) channel.hold()
      return reason
    }
    const begun = beginHello({ ...hello, binding, refuse }, (bytes) => wires.sendControl(bytes))
    this.#hello = begun
    for (const bytes of this.#early.splice(0)) begun.receive(bytes)
    void begun.outcome.then((outcome) => (outcome.ok ? this.#linked(outcome) : this.#fail(outcome)))
  }

  #linked(proven: ProvenPeer): void {
    if (this.#over) return
    this.#over = true
    this.#stopTimer()
    const { wires, scheduler, report, degree, destroy, onLinked } = this.#options
    this.#link = new ProvenLink({ proven, wires, channels: this.#channels, scheduler, report, degree, destroy })
    onLinked(this.#link)
  }

  #fail(why: AttemptFailure): void {
    if (this.#over) return
    this.#over = true
    this.#stopTimer()
    for (const channel of Object.values(this.#channels)) channel.end()
    this.#options.onFailed(why)
  }

  #broken(): void {
    if (this.#link === null) this.#fail({ why: 'broken' })
    else this.#link.close('misbehaved')
  }

  #onControl(bytes: Uint8Array | null): void {
    if (bytes === null) return this.#broken()
    if (this.#link !== null) this.#link.receiveControl(bytes)
    else if (this.#hello !== null) this.#hello.receive(bytes)
    else if (this.#early.push(bytes) > EARLY_MESSAGES) this.#broken()
  }
}
