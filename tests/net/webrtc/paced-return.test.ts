import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SignalingConn } from 'y-webrtc'
import { VirtualTime } from '../../../src/net/memory/virtual-time.ts'
import { paceReturns } from '../../../src/net/webrtc/paced-return.ts'

/** lib0's client: it has one socket at a time, and would make the next one by itself whenever `shouldConnect` is set. */
class FakeConn {
  readonly triedAtMs: number[] = []
  readonly #time: VirtualTime
  readonly #listeners: (() => void)[] = []
  connected = false
  shouldConnect = true
  ws: EventTarget | null = new EventTarget()

  constructor(time: VirtualTime) {
    this.#time = time
  }
  on(event: string, listener: () => void): void {
    if (event === 'connect') this.#listeners.push(listener)
  }
  connect(): void {
    this.shouldConnect = true
    if (this.ws === null) this.#try()
  }
  open(): void {
    this.connected = true
    for (const listener of this.#listeners) listener()
  }
  /** As a browser tells it: an error, if there was one, and then the close. */
  lose(error: boolean): void {
    const socket = this.ws
    this.ws = null
    this.connected = false
    this.#time.after(400, () => this.shouldConnect && this.ws === null && this.#try())
    if (error) socket?.dispatchEvent(new Event('error'))
    socket?.dispatchEvent(new Event('close'))
  }
  #try(): void {
    this.triedAtMs.push(this.#time.nowMs())
    this.ws = new EventTarget()
  }
}

function paced(random: () => number): { conn: FakeConn; time: VirtualTime; stop: () => void; lost: () => number } {
  const time = new VirtualTime()
  const conn = new FakeConn(time)
  let lost = 0
  const stop = paceReturns(conn as unknown as SignalingConn, { scheduler: time, random, onLost: () => (lost += 1) })
  return { conn, time, stop, lost: () => lost }
}

describe('the return to a node', () => {
  it('[RTC-20] comes after 1, 2, 4 and then 6 s, by our timer alone', async () => {
    const { conn, time } = paced(() => 0.5)
    conn.open()
    await time.advance(20_000)
    conn.lose(false)
    for (let i = 0; i < 5; i++) {
      const tries = conn.triedAtMs.length
      await time.until(() => conn.triedAtMs.length > tries)
      conn.lose(i % 2 === 0)
    }
    const waits = conn.triedAtMs.map((at, i) => at - (conn.triedAtMs[i - 1] ?? 20_000))
    expect(waits).toEqual([1_000, 2_000, 4_000, 6_000, 6_000])
  })

  it('[RTC-20] begins anew after a connection of 10 s, not after a shorter one', async () => {
    const { conn, time } = paced(() => 0.5)
    const heldFor = async (ms: number): Promise<number> => {
      conn.open()
      await time.advance(ms)
      conn.lose(true)
      const [lostAtMs, tries] = [time.nowMs(), conn.triedAtMs.length]
      await time.until(() => conn.triedAtMs.length > tries)
      return conn.triedAtMs.at(-1)! - lostAtMs
    }
    expect(await heldFor(9_000)).toBe(1_000)
    expect(await heldFor(9_000)).toBe(2_000)
    expect(await heldFor(10_000)).toBe(1_000)
  })

  it('[RTC-20] varies by half, so that a thousand clients come spread over a second', () => {
    return fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (chance) => {
        const { conn, time } = paced(() => chance)
        conn.lose(true)
        await time.until(() => conn.triedAtMs.length > 0)
        expect(conn.triedAtMs[0]).toBeCloseTo(1_000 * (0.5 + chance), 6)
      }),
      { numRuns: 50 },
    )
  })

  it('[RTC-20] tells each loss and each attempt in vain once, and does not come when the room was left', async () => {
    const { conn, time, stop, lost } = paced(() => 0.5)
    conn.lose(true)
    await time.advance(1_000)
    expect([conn.triedAtMs, lost()]).toEqual([[1_000], 1])
    conn.lose(true)
    expect(lost()).toBe(2)
    stop()
    await time.advance(60_000)
    expect(conn.triedAtMs).toEqual([1_000])
  })
})
