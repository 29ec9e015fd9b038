import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeKeepRequest, encodeKeepAnswer } from '../../src/net/keep/keep-wire.ts'
import { KeeperConnection, KeeperGone, keeperPace } from '../../src/net/keep/keeper-connection.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { FakeSocket } from './fake-socket.ts'

const shelf = {
  type: 'shelf',
  kept: true,
  vector: new Map(),
  forked: [],
  usedBytes: 0,
  roomBytes: 0,
  days: 90,
} as const
const token = new Uint8Array(32)

/** A page at a keeper that answers pings and questions in turn, each question as late as it says, until the way there is cut. */
function visit() {
  const time = new VirtualTime()
  const socket = new FakeSocket()
  const pingedAtMs: number[] = []
  const keeper = { reached: true, answersAfterMs: 50, doneAtMs: 0 }
  const answer = (message: Parameters<typeof encodeKeepAnswer>[0], afterMs: number): void => {
    keeper.doneAtMs = Math.max(keeper.doneAtMs, time.nowMs()) + afterMs
    const bytes = encodeKeepAnswer(message)
    time.after(keeper.doneAtMs - time.nowMs(), () => keeper.reached && socket.hear(Uint8Array.from(bytes).buffer))
  }
  socket.onSend = (data) => {
    const request = decodeKeepRequest(data as Uint8Array)
    if (request?.type === 'ping') pingedAtMs.push(time.nowMs())
    if (request?.type === 'ping') answer({ type: 'pong', id: request.id }, 1)
    if (request?.type === 'open') answer({ ...shelf, id: request.id }, keeper.answersAfterMs)
  }
  const connection = new KeeperConnection('wss://node.example/keep', () => socket as unknown as WebSocket, time)
  const ended = { is: false }
  void connection.closed.then(() => (ended.is = true))
  return { time, socket, pingedAtMs, keeper, connection, ended }
}

describe('a keeper that falls silent', () => {
  it('[KEEP-10] is pinged every 10 s and kept for as long as it answers, however late', async () => {
    const { time, socket, pingedAtMs, keeper, connection, ended } = visit()
    socket.tell('open')
    expect(await at(time, connection.open(token), 1_000)).toMatchObject({ kept: true })
    keeper.answersAfterMs = 29_000
    expect(await at(time, connection.open(token), 60_000)).toMatchObject({ kept: true })
    await time.advance(200_000 - time.nowMs())
    expect(pingedAtMs).toEqual(Array.from({ length: 20 }, (_, index) => 10_000 * (index + 1)))
    expect(ended.is).toBe(false)
  })

  it('[KEEP-10] is lost 30 to 40 s after it was last heard, without waiting for the end of the socket, and what was asked fails', () => {
    return fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60_000 }), async (cutAtMs) => {
        const { time, socket, keeper, connection, ended } = visit()
        socket.tell('open')
        await time.advance(cutAtMs)
        keeper.reached = false
        const asked = connection.open(token).catch((error: unknown) => error)
        await time.until(() => ended.is)
        expect(time.nowMs() - cutAtMs).toBeLessThanOrEqual(keeperPace.silenceMs + keeperPace.beatMs)
        expect(socket.closed).toBe(true)
        expect(await asked).toBeInstanceOf(KeeperGone)
      }),
      { numRuns: 30 },
    )
  })

  it('[KEEP-10] is given up when a socket to it does not open', async () => {
    const { time, connection, ended } = visit()
    const asked = connection.open(token).catch((error: unknown) => error)
    await time.advance(keeperPace.silenceMs + keeperPace.beatMs)
    expect(ended.is).toBe(true)
    expect(await asked).toBeInstanceOf(KeeperGone)
  })
})

/** What comes of a promise within some time. */
async function at<T>(time: VirtualTime, promise: Promise<T>, withinMs: number): Promise<T> {
  let settled = false
  promise.finally(() => (settled = true)).catch(() => undefined) // told by the promise itself
  await time.until(() => settled, withinMs)
  return promise
}
