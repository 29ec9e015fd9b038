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
    const servers = followIceServers({
      scheduler: time,
      ask: () => {
        asked += 1
        return Promise.resolve(JSON.parse(JSON.stringify(iceAnswer(settings, time.wallMs()))))
      },
    })
    expect(servers()).toEqual([])
    await time.advance(0)
    expect(servers()).toEqual(iceAnswer(settings, time.wallMs()).iceServers)
    const { username } = servers()[1]!
    await time.advance(3 * 3_600_000)
    expect(asked).toBe(2)
    expect(servers()[1]!.username).not.toBe(username)
  })

  it('[RTC-21] stay as they were while the node is out of reach, and are asked for once a minute', async () => {
    const time = new VirtualTime()
    const asked: number[] = []
    const servers = followIceServers({
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
    expect(servers()).toEqual([{ urls: ['stun:a.example'] }])
  })

  it('[RTC-21] that are none of the known form change nothing, whatever the node says', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (said) => {
        const time = new VirtualTime()
        const servers = followIceServers({ scheduler: time, ask: () => Promise.resolve(said) })
        await time.advance(0)
        expect(servers()).toEqual([])
      }),
    ))

  it('[RTC-21] may not be addresses of anything else', async () => {
    const time = new VirtualTime()
    const said = { iceServers: [{ urls: ['https://evil.example'] }], validMs: 1_000 }
    const servers = followIceServers({ scheduler: time, ask: () => Promise.resolve(said) })
    await time.advance(0)
    expect(servers()).toEqual([])
  })
})
