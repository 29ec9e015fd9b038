import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { iceAnswer } from '../../signaling/ice.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { followIceServers } from '../../src/platform/ice-servers.ts'

const settings = { urls: ['stun:stun.example:3478', 'turn:turn.example:3478'], turnSecret: 'shared' }

describe('ICE servers of the node', () => {
  it('[RTC-21] are none until the node has answered, then what it says, and new ones before the old expire', async () => {
    const time = new VirtualTime()
    let asked = 0
    const { current } = followIceServers({
      scheduler: time,
      ask: () => {
        asked += 1
        return Promise.resolve(JSON.parse(JSON.stringify(iceAnswer(settings, time.wallMs(), 'node.example'))))
      },
    })
    expect(current()).toEqual({ iceServers: [] })
    await time.advance(0)
    const { iceServers } = iceAnswer(settings, time.wallMs(), 'node.example')
    expect(current()).toEqual({ iceServers, iceTransportPolicy: 'all' })
    await time.advance(3 * 3_600_000)
    expect(asked).toBe(2)
    expect(current().iceServers![1]!.username).not.toBe(iceServers[1]!.username)
  })

  it('[RTC-21] stay as they were while the node is out of reach, and are asked for once a minute', async () => {
    const time = new VirtualTime()
    const asked: number[] = []
    const { current } = followIceServers({
      scheduler: time,
      ask: () => {
        asked.push(time.nowMs())
        return asked.length === 1
          ? Promise.resolve({ iceServers: [{ urls: ['stun:a.example'] }], validMs: 0 })
          : Promise.reject(new Error('out of reach'))
      },
    })
    await time.advance(180_000)
    expect(asked).toEqual([0, 60_000, 120_000, 180_000])
    expect(current().iceServers).toEqual([{ urls: ['stun:a.example'] }])
  })

  it('[RTC-21] are asked for every 5 s by a page that opened while the node was down, and a room waits 2 s for them at most', async () => {
    const time = new VirtualTime()
    const asked: number[] = []
    const servers = followIceServers({
      scheduler: time,
      ask: () => {
        asked.push(time.nowMs())
        return asked.length < 3
          ? Promise.reject(new Error('down'))
          : Promise.resolve({ iceServers: [{ urls: ['stun:a.example'] }], validMs: 0 })
      },
    })
    await servers.asked
    await time.advance(20_000)
    expect(asked).toEqual([0, 5_000, 10_000])
    expect(servers.current().iceServers).toHaveLength(1)

    const silent = followIceServers({ scheduler: time, ask: () => new Promise(() => {}) })
    let openedAtMs = 0
    const sinceMs = time.nowMs()
    void silent.asked.then(() => (openedAtMs = time.nowMs()))
    await time.advance(10_000)
    expect(openedAtMs - sinceMs).toBe(2_000)
  })

  it('[RTC-22] are the only way to others where the node hides the addresses of members', async () => {
    const said = iceAnswer({ ...settings, stunPort: 3478, hideAddresses: true }, 0, 'node.example:8080')
    const { current, asked } = followIceServers({ scheduler: new VirtualTime(), ask: () => Promise.resolve(said) })
    await asked
    expect(current().iceTransportPolicy).toBe('relay')
    expect(current().iceServers!.flatMap(({ urls }) => urls)).toEqual(['turn:turn.example:3478'])
  })

  it('[RTC-21] that are none of the known form change nothing, whatever the node says', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (said) => {
        const time = new VirtualTime()
        const { current } = followIceServers({ scheduler: time, ask: () => Promise.resolve(said) })
        await time.advance(0)
        expect(current()).toEqual({ iceServers: [] })
      }),
    ))

  it('[RTC-21] may not be addresses of anything else', async () => {
    const time = new VirtualTime()
    const said = { iceServers: [{ urls: ['https://evil.example'] }], validMs: 1_000 }
    const { current } = followIceServers({ scheduler: time, ask: () => Promise.resolve(said) })
    await time.advance(0)
    expect(current()).toEqual({ iceServers: [] })
  })
})
