import { UnsupportedProtocolError, type Connection } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { MeetingPoint } from '../../../src/net/libp2p/meeting-point.ts'
import { VirtualTime } from '../../../src/net/memory/virtual-time.ts'

/** A relay that answers or not; `dialledAtMs` are the attempts to reach it. */
function tried(answers: (nth: number) => boolean) {
  const time = new VirtualTime()
  const dialledAtMs: number[] = []
  const connections: EventTarget[] = []
  let live = true
  const dial = async (): Promise<Connection> => {
    if (!answers(dialledAtMs.push(time.nowMs()))) throw new Error('nobody answers')
    const connection = Object.assign(new EventTarget(), {
      remotePeer: 'relay',
      // It says that it does not know what it is asked for, or nothing.
      newStream: () => (live ? Promise.reject(new UnsupportedProtocolError()) : new Promise(() => {})),
      abort: () => lose(),
    })
    connections.push(connection)
    return connection as unknown as Connection
  }
  const point = new MeetingPoint({
    ...{ url: 'ws://127.0.0.1:1', libp2p: { dial }, scheduler: time, random: () => 0.5 },
    onChange: () => {},
  })
  const lose = (): void => void connections.at(-1)?.dispatchEvent(new Event('close'))
  const fallSilent = (): void => void (live = false)
  return { time, dialledAtMs, point, lose, fallSilent }
}

const waits = (atMs: readonly number[]): number[] => atMs.slice(1).map((at, index) => (at - atMs[index]!) / 1_000)

describe('a meeting point', () => {
  it('[LIB-9] is tried again after 2, 4, … up to 120 s when no relay ever answered there', async () => {
    const { time, dialledAtMs, point } = tried(() => false)
    await time.advance(600_000)
    expect(waits(dialledAtMs).slice(0, 8)).toEqual([2, 4, 8, 16, 32, 64, 120, 120])
    point.stop()
  })

  it('[LIB-9] is tried again after 15 s at the slowest when a relay has answered there', async () => {
    const { time, dialledAtMs, point, lose } = tried((nth) => nth === 1)
    await time.advance(60_000)
    lose()
    await time.advance(100_000)
    expect(waits(dialledAtMs).slice(0, 7)).toEqual([62, 4, 8, 15, 15, 15, 15])
    point.stop()
  })

  it('[LIB-21] gives up a relay that answers nothing any more, within 17 s, and not one that answers', async () => {
    const { time, dialledAtMs, point, fallSilent } = tried((nth) => nth === 1)
    await time.advance(120_000)
    expect(point.peer).not.toBeNull()
    fallSilent()
    await time.advance(17_000)
    expect(point.peer).toBeNull()
    await time.advance(3_000)
    expect(dialledAtMs.length).toBeGreaterThan(1)
    point.stop()
  })
})
