import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { iceAnswer } from '../../signaling/ice.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { followIceServers } from '../../src/platform/ice-servers.ts'
import { UrlList } from '../support/url-list.ts'

const node = 'wss://node.example'
const settings = { urls: ['stun:stun.example:3478', 'turn:turn.example:3478'], turnSecret: 'shared' }

describe('ICE servers of the node', () => {
  it('[RTC-21] are none until the node has answered, then what it says, and new ones before the old expire', async () => {
    const time = new VirtualTime()
    let asked = 0
    const { current } = followIceServers({
      scheduler: time,
      nodes: [node],
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
      nodes: [node],
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
      nodes: [node],
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

    const silent = followIceServers({ nodes: [node], scheduler: time, ask: () => new Promise(() => {}) })
    let openedAtMs = 0
    const sinceMs = time.nowMs()
    void silent.asked.then(() => (openedAtMs = time.nowMs()))
    await time.advance(10_000)
    expect(openedAtMs - sinceMs).toBe(2_000)
  })

  it('[RTC-22] are the only way to others where the node hides the addresses of members', async () => {
    const said = iceAnswer({ ...settings, stunPort: 3478, hideAddresses: true }, 0, 'node.example:8080')
    const { current, asked } = followIceServers({
      nodes: [node],
      scheduler: new VirtualTime(),
      ask: () => Promise.resolve(said),
    })
    await asked
    expect(current().iceTransportPolicy).toBe('relay')
    expect(current().iceServers!.flatMap(({ urls }) => urls)).toEqual(['turn:turn.example:3478'])
  })

  it('[RTC-21] that are none of the known form change nothing, whatever the node says', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (said) => {
        const time = new VirtualTime()
        const { current } = followIceServers({ nodes: [node], scheduler: time, ask: () => Promise.resolve(said) })
        await time.advance(0)
        expect(current()).toEqual({ iceServers: [] })
      }),
    ))

  it.each([
    ['an address of something else', { urls: ['https://evil.example'] }],
    ['an address that browsers do not read', { urls: ['stun:a b'] }],
    ['a TURN server without credentials', { urls: ['stun:a.example', 'turn:a.example'] }],
    ['a TURN server with half of them', { urls: ['turn:a.example'], username: 'somebody' }],
    ['credentials that are empty', { urls: ['turn:a.example'], username: '', credential: '' }],
    ['a user name that is too long', { urls: ['turn:a.example'], username: 'é'.repeat(255), credential: 'secret' }],
  ])('[RTC-21] may not be %s: with it the browser would make no connection at all', async (_what, server) => {
    const time = new VirtualTime()
    const said = { iceServers: [{ urls: ['stun:good.example'] }, server], validMs: 1_000 }
    const { current } = followIceServers({ nodes: [node], scheduler: time, ask: () => Promise.resolve(said) })
    await time.advance(0)
    expect(current()).toEqual({ iceServers: [] })
  })

  it('[RTC-21] are asked for once a day at least, whatever time the node gives their credentials', async () => {
    const time = new VirtualTime()
    const asked: number[] = []
    followIceServers({
      ...{ nodes: [node], scheduler: time },
      ask: () => {
        asked.push(time.nowMs())
        return Promise.resolve({ iceServers: [], validMs: Number.MAX_SAFE_INTEGER })
      },
    })
    await time.advance(2 * 24 * 3_600_000)
    expect(asked).toEqual([0, 24 * 3_600_000, 48 * 3_600_000])
  })

  it('[RTC-21] [NODES-5] are those of all nodes, each once, and without those of a node that is no longer used', async () => {
    const time = new VirtualTime()
    const [a, b, c] = ['wss://a.example', 'wss://b.example', 'wss://away.example'] as const
    const said: Readonly<Record<string, unknown>> = {
      [a]: { iceServers: [{ urls: ['stun:s.example'] }, { urls: ['stun:a.example'] }], validMs: 0 },
      [b]: {
        iceServers: [{ urls: ['stun:s.example'] }, { urls: ['stun:b.example'] }],
        iceTransportPolicy: 'relay',
        validMs: 0,
      },
    }
    const list = new UrlList(a, c, b)
    const { current } = followIceServers({
      scheduler: time,
      nodes: list,
      ask: (url) => (url in said ? Promise.resolve(said[url]) : Promise.reject(new Error('out of reach'))),
    })
    await time.advance(0)
    const servers = (): unknown => current().iceServers!.flatMap(({ urls }) => urls)
    expect(servers()).toEqual(['stun:s.example', 'stun:a.example', 'stun:b.example'])
    // The page's own node decides for the page.
    expect(current().iceTransportPolicy).toBe('all')
    list.become(a)
    expect(servers()).toEqual(['stun:s.example', 'stun:a.example'])
  })
})
