import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SignalingConn } from 'y-webrtc'
import { VirtualTime } from '../../../src/net/memory/virtual-time.ts'
import { nodePace } from '../../../src/net/silent-node.ts'
import { paceReturns } from '../../../src/net/webrtc/paced-return.ts'
import { FakeSocket } from '../fake-socket.ts'

/** lib0's client: it has one socket at a time, and would make the next one by itself whenever `shouldConnect` is set. */
class FakeConn {
  readonly triedAtMs: number[] = []
  readonly pingedAtMs: number[] = []
  readonly #time: VirtualTime
  readonly #listeners: (() => void)[] = []
  connected = false
  shouldConnect = true
  ws: FakeSocket | null = null
  /** Whether the node answers pings. */
  answers = true

  constructor(time: VirtualTime) {
    this.#time = time
    this.#makeSocket()
  }
  on(event: string, listener: () => void): void {
    if (event === 'connect') this.#listeners.push(listener)
  }
  connect(): void {
    this.shouldConnect = true
    if (this.ws === null) this.#try()
  }
  send(message: unknown): void {
    if (!this.connected || JSON.stringify(message) !== '{"type":"ping"}')
      throw new Error('only pings, and only when open')
    this.pingedAtMs.push(this.#time.nowMs())
    if (this.answers) this.#time.after(50, () => this.ws?.tell('message'))
  }
  open(): void {
    this.ws?.tell('open')
  }
  /** As a browser tells it: an error, if there was one, and then the close. */
  lose(error: boolean): void {
    const socket = this.ws
    if (error) socket?.tell('error')
    socket?.tell('close')
  }
  #try(): void {
    this.triedAtMs.push(this.#time.nowMs())
    this.#makeSocket()
  }
  #makeSocket(): void {
    this.ws = new FakeSocket()
    this.ws.onopen = () => {
      this.connected = true
      for (const listener of this.#listeners) listener()
    }
    // As lib0's, it does not ask whose end it is.
    this.ws.onerror = this.ws.onclose = () => {
      if (this.ws === null) return
      this.ws = null
      this.connected = false
      this.#time.after(400, () => this.shouldConnect && this.ws === null && this.#try())
    }
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

describe('a node that falls silent', () => {
  it('[RTC-23] is pinged every 3 s and kept for as long as it answers', async () => {
    const { conn, time, lost } = paced(() => 0.5)
    conn.open()
    await time.advance(120_000)
    expect(conn.pingedAtMs).toEqual(Array.from({ length: 40 }, (_, index) => 3_000 * (index + 1)))
    expect(lost()).toBe(0)
  })

  it('[RTC-23] is lost 10 to 13 s after it was last heard, and tried again, without waiting for the end of the socket', () => {
    return fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60_000 }), async (cutAtMs) => {
        const { conn, time, lost } = paced(() => 0.5)
        conn.open()
        await time.advance(cutAtMs)
        const socket = conn.ws
        conn.answers = false
        await time.until(() => lost() > 0)
        expect(time.nowMs() - cutAtMs).toBeGreaterThan(6_000)
        expect(time.nowMs() - cutAtMs).toBeLessThanOrEqual(nodePace.silenceMs + nodePace.beatMs)
        expect(socket?.closed).toBe(true)
        await time.until(() => conn.ws !== null, 1_000)
        expect(lost()).toBe(1)
      }),
      { numRuns: 50 },
    )
  })

  it('[RTC-23] is not lost a second time when the browser is done with the old socket', async () => {
    const { conn, time, lost } = paced(() => 0.5)
    conn.open()
    const old = conn.ws
    conn.answers = false
    await time.until(() => lost() > 0)
    await time.until(() => conn.ws !== null)
    conn.open()
    conn.answers = true
    const next = conn.ws
    old?.tell('error')
    old?.tell('close')
    await time.advance(60_000)
    expect([conn.ws === next, conn.connected, lost()]).toEqual([true, true, 1])
  })

  it('[RTC-23] is given up when a socket to it does not open in 10 to 13 s; one that opens late counts from then', async () => {
    const { conn, time, lost } = paced(() => 0.5)
    await time.advance(9_000)
    conn.open()
    await time.advance(12_000)
    expect(lost()).toBe(0)
    conn.lose(false)
    expect(lost()).toBe(1)
    await time.until(() => conn.ws !== null)
    const triedAtMs = time.nowMs()
    await time.until(() => lost() > 1)
    expect(time.nowMs() - triedAtMs).toBe(12_000)
  })

  it('[RTC-23] is no longer pinged when the room was left', async () => {
    const { conn, time, stop, lost } = paced(() => 0.5)
    conn.open()
    stop()
    conn.answers = false
    await time.advance(60_000)
    expect([conn.pingedAtMs, conn.triedAtMs, lost()]).toEqual([[], [], 0])
  })
})
