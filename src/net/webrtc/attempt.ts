import type { Scheduler } from '../../domain/scheduler.ts'
import { beginHello, type Hello, type HelloContext, type HelloOutcome, type ProvenPeer } from '../hello.ts'
import { channelNames, type ChannelName } from '../link.ts'
import type { ReportError } from '../../domain/listeners.ts'
import { bindingOf } from './fingerprints.ts'
import { RtcChannel } from './rtc-channel.ts'
import type { RtcConnection } from './rtc-connection.ts'
import { RtcLink } from './rtc-link.ts'

/** From the first signal to a proven peer. Above ICE's own patience with unreachable candidates (about 10 s) and `helloTimeoutMs`. */
export const attemptMs = 15_000
/** Control messages that may come while our side of the hello is not begun yet. */
const EARLY_MESSAGES = 4

export interface AttemptOptions {
  readonly connection: RtcConnection
  readonly hello: Omit<HelloContext, 'binding'>
  readonly scheduler: Scheduler
  readonly report: ReportError
  readonly degree: () => number
  readonly destroy: () => void
  readonly onLinked: (link: RtcLink) => void
  readonly onFailed: (why: AttemptFailure) => void
}

export type AttemptFailure = Extract<HelloOutcome, { ok: false }> | { readonly why: 'unreachable' | 'broken' }

/** A connection on its way to a link: waits for its channels, says hello, and yields a link or a failure, once. */
export class Attempt {
  readonly #options: AttemptOptions
  readonly #channels: Readonly<Record<ChannelName, RtcChannel>>
  readonly #stopTimer: () => void
  readonly #early: Uint8Array[] = []
  #hello: Hello | null = null
  #link: RtcLink | null = null
  #over = false

  constructor(options: AttemptOptions) {
    this.#options = options
    const { connection, scheduler, report } = options
    const context = {
      scheduler,
      report,
      heard: () => this.#link?.heard(),
      broken: () => this.#broken(),
      torn: () => this.#link?.close('lost'),
    }
    this.#channels = Object.fromEntries(
      channelNames.map((name) => [name, new RtcChannel(name, connection.channels[name], context)]),
    ) as Record<ChannelName, RtcChannel>
    connection.control.addEventListener('message', this.#onControl)
    const all = [connection.control, ...Object.values(connection.channels)]
    for (const channel of all) {
      channel.addEventListener('open', () => all.every(({ readyState }) => readyState === 'open') && this.#begin())
    }
    this.#stopTimer = scheduler.after(attemptMs, () => this.#fail({ why: 'unreachable' }))
  }

  /** The connection is gone, or this side gave it up. */
  connectionGone(): void {
    if (this.#link === null) this.#fail({ why: 'unreachable' })
    else this.#link.connectionGone()
  }

  #begin(): void {
    if (this.#over || this.#hello !== null) return
    const { connection, hello } = this.#options
    const binding = bindingOf(connection.peerConnection)
    if (binding === null) return this.#fail({ why: 'broken' })
    const refuse = (proven: ProvenPeer) => {
      const reason = hello.refuse(proven)
      if (reason === null) for (const channel of Object.values(this.#channels)) channel.hold()
      return reason
    }
    const begun = beginHello({ ...hello, binding, refuse }, (bytes) => this.#send(bytes))
    this.#hello = begun
    for (const bytes of this.#early.splice(0)) begun.receive(bytes)
    void begun.outcome.then((outcome) => (outcome.ok ? this.#linked(outcome) : this.#fail(outcome)))
  }

  #linked(proven: ProvenPeer): void {
    if (this.#over) return
    this.#over = true
    this.#stopTimer()
    const { connection, scheduler, report, degree, destroy, onLinked } = this.#options
    const { control } = connection
    this.#link = new RtcLink({ proven, control, channels: this.#channels, scheduler, report, degree, destroy })
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

  readonly #onControl = ({ data }: MessageEvent<unknown>): void => {
    if (!(data instanceof ArrayBuffer)) return this.#broken()
    const bytes = new Uint8Array(data)
    if (this.#link !== null) this.#link.receiveControl(bytes)
    else if (this.#hello !== null) this.#hello.receive(bytes)
    else if (this.#early.push(bytes) > EARLY_MESSAGES) this.#broken()
  }

  #send(bytes: Uint8Array): void {
    const { control } = this.#options.connection
    if (control.readyState === 'open') control.send(Uint8Array.from(bytes))
  }
}
