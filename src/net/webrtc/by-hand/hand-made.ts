import { CodeError } from '../../../domain/errors.ts'
import { limits } from '../../../domain/limits.ts'
import type { Scheduler, Unsubscribe } from '../../../domain/scheduler.ts'
import { abortError } from '../../inbox.ts'
import type { Handshake } from '../../transport.ts'
import type { RtcConnection } from '../rtc-connection.ts'

/** A connection that is negotiated by codes: open until it is linked, has failed, was given up or is over by time. */
export class HandMade {
  readonly connection: RtcConnection
  readonly expiresAtMs: number
  readonly #scheduler: Scheduler
  readonly #onSettled: () => void
  readonly #outcome = Promise.withResolvers<void>()
  readonly #stopTimer: Unsubscribe
  readonly #goneListeners = new Set<() => void>()
  #state: 'open' | 'linked' | 'over' = 'open'
  /** Not while the other side may still be without the answer: then "failed" passes when it comes. */
  #failsAtOnce = false

  constructor(connection: RtcConnection, scheduler: Scheduler, onSettled: () => void) {
    this.connection = connection
    this.#scheduler = scheduler
    this.#onSettled = onSettled
    this.expiresAtMs = scheduler.wallMs() + limits.codeLifeMs
    // Whoever makes a code may never look at its end.
    this.#outcome.promise.catch(() => undefined)
    this.#stopTimer = scheduler.after(limits.codeLifeMs, () =>
      this.fail(new CodeError('The code is over: nobody used it in time. Start over with a new one.')),
    )
    const { peerConnection, control } = connection
    control.addEventListener('close', () => this.#gone())
    peerConnection.addEventListener('connectionstatechange', () => {
      const { connectionState } = peerConnection
      if (connectionState === 'closed' || (connectionState === 'failed' && this.#failsAtOnce)) this.#gone()
    })
  }

  get peerConnection(): RTCPeerConnection {
    return this.connection.peerConnection
  }

  handshake(code: string): Handshake {
    return { code, expiresAtMs: this.expiresAtMs, linked: this.#outcome.promise, close: () => this.giveUp() }
  }

  /** Resolves when the browser has found all addresses, or `patienceMs` have passed. */
  gathered(patienceMs: number): Promise<void> {
    const { peerConnection } = this
    return new Promise((resolve) => {
      const stopTimer = this.#scheduler.after(patienceMs, () => settle())
      const settle = (): void => {
        stopTimer()
        peerConnection.removeEventListener('icegatheringstatechange', look)
        resolve()
      }
      const look = (): void => {
        if (peerConnection.iceGatheringState === 'complete') settle()
      }
      peerConnection.addEventListener('icegatheringstatechange', look)
      look()
    })
  }

  /** Runs what makes the code; without one the connection is of no use. */
  async giveUpOnError<T>(task: () => Promise<T>): Promise<T> {
    try {
      const result = await task()
      if (this.#state === 'over') throw abortError()
      return result
    } catch (error) {
      this.giveUp()
      throw error
    }
  }

  /** Told when the connection has ended. */
  onGone(listener: () => void): void {
    this.#goneListeners.add(listener)
  }

  /** Both sides have their codes: the browser's "failed" is the end from now on. */
  complete(): void {
    this.#failsAtOnce = true
  }

  linked(): void {
    if (!this.#settle('linked')) return
    this.complete()
    this.#outcome.resolve()
  }

  fail(why: unknown): void {
    if (!this.#settle('over')) return
    this.#outcome.reject(why)
    this.destroy()
  }

  giveUp(): void {
    this.fail(abortError())
  }

  /** Tears the connection down, whether it became a link or not. */
  readonly destroy = (): void => {
    this.peerConnection.close()
    // A connection that was closed here says nothing by itself.
    this.#gone()
  }

  #settle(state: 'linked' | 'over'): boolean {
    if (this.#state !== 'open') return false
    this.#state = state
    this.#stopTimer()
    this.#onSettled()
    return true
  }

  #gone(): void {
    for (const listener of [...this.#goneListeners]) {
      this.#goneListeners.delete(listener)
      listener()
    }
  }
}
