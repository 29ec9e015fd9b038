import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LobbyClient } from '../../src/net/lobby/lobby-client.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { nodePace } from '../../src/net/silent-node.ts'
import { FakeSocket } from './fake-socket.ts'

/** A page at a lobby that says what a node's does, until the way there is cut. */
function visit() {
  const time = new VirtualTime()
  const sockets: FakeSocket[] = []
  const pingedAtMs: number[] = []
  const reached: boolean[] = []
  const cards: Uint8Array[] = []
  const way = { open: true }
  const openSocket = (): WebSocket => {
    const socket = new FakeSocket()
    sockets.push(socket)
    socket.onSend = (data) => {
      if (data !== 'ping') return
      pingedAtMs.push(time.nowMs())
      time.after(50, () => way.open && socket.hear('pong'))
    }
    time.after(20, () => way.open && socket.tell('open'))
    return socket as unknown as WebSocket
  }
  const client = new LobbyClient({
    ...{ url: 'wss://node.example/lobby', openSocket, scheduler: time, random: () => 0.5 },
    onReach: (is) => reached.push(is),
    onCard: (bytes) => cards.push(bytes),
  })
  return { time, client, sockets, pingedAtMs, reached, cards, way }
}

describe('a lobby that falls silent', () => {
  it('[LOBBY-13] is pinged every 3 s and kept for as long as it answers; an answer is no card', async () => {
    const { time, sockets, pingedAtMs, reached, cards } = visit()
    await time.advance(120_000)
    expect(pingedAtMs).toEqual(Array.from({ length: 40 }, (_, index) => 3_000 * (index + 1)))
    expect([sockets.length, reached, cards]).toEqual([1, [true], []])
  })

  it('[LOBBY-13] is lost 10 to 13 s after it was last heard and tried again, once, without waiting for the end of the socket', () => {
    return fc.assert(
      fc.asyncProperty(fc.integer({ min: 100, max: 60_000 }), async (cutAtMs) => {
        const { time, sockets, reached, way } = visit()
        await time.advance(cutAtMs)
        way.open = false
        await time.until(() => reached.length > 1)
        expect(time.nowMs() - cutAtMs).toBeLessThanOrEqual(nodePace.silenceMs + nodePace.beatMs)
        expect([sockets[0]?.closed, reached]).toEqual([true, [true, false]])
        way.open = true
        await time.until(() => reached.length > 2)
        // The browser is done with the old one at last.
        sockets[0]?.tell('error')
        sockets[0]?.tell('close')
        await time.advance(60_000)
        expect([sockets.length, reached]).toEqual([2, [true, false, true]])
      }),
      { numRuns: 30 },
    )
  })

  it('[LOBBY-13] is given up when a socket to it does not open', async () => {
    const { time, sockets, reached, way } = visit()
    way.open = false
    await time.advance(13_000)
    expect([sockets[0]?.closed, reached]).toEqual([true, [false]])
    await time.until(() => sockets.length === 2, 2_000)
  })

  it('[LOBBY-13] is no longer pinged when the page has gone elsewhere', async () => {
    const { time, client, sockets, pingedAtMs, reached, way } = visit()
    await time.advance(1_000)
    client.close()
    way.open = false
    await time.advance(60_000)
    expect([pingedAtMs, sockets.length, reached]).toEqual([[], 1, [true]])
  })
})
