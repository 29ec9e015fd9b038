import type { World } from './world.ts'

/** What happens to probes on their way out of one browser. */
export interface Path {
  /** Mean delay, ms, and how far each one differs from it at most. */
  readonly delayMs: number
  readonly jitterMs: number
  /** Share of probes that never arrive. */
  readonly loss: number
  readonly seed: number
}

/** Delays and loses what the page sends on its data channels named "clock", and on nothing else. */
export const slowProbes =
  (path: Path): World =>
  (page) =>
    page.addInitScript(({ delayMs, jitterMs, loss, seed }: Path) => {
      // mulberry32: seeded, so that a run can be repeated.
      let state = seed
      const random = (): number => {
        state = (state + 0x6d2b79f5) | 0
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
      }
      const counts = { sent: 0, lost: 0 }
      Object.assign(globalThis, { earProbes: counts })
      const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: unknown) => void
      RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown): void {
        if (this.label !== 'clock') return send.call(this, data)
        counts.sent++
        if (random() < loss) {
          counts.lost++
          return undefined
        }
        setTimeout(
          () => {
            if (this.readyState === 'open') send.call(this, data)
          },
          delayMs + jitterMs * (2 * random() - 1),
        )
        return undefined
      }
    }, path)
