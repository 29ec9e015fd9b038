import { describe, expect, it } from 'vitest'
import { iceAnswer, parseIceUrls } from '../../signaling/ice.ts'
import { startNode } from './support.ts'

describe('ICE servers', () => {
  it('[NODE-52] are told with credentials that coturn computes alike and that expire after six hours', () => {
    const urls = ['stun:stun.example', 'turn:turn.example:3478?transport=udp', 'turns:turn.example:5349']
    expect(iceAnswer({ urls, turnSecret: 'north' }, 1_700_000_000_000)).toEqual({
      iceServers: [
        { urls: ['stun:stun.example'] },
        {
          urls: ['turn:turn.example:3478?transport=udp', 'turns:turn.example:5349'],
          username: '1700021600:earshot',
          // printf 1700021600:earshot | openssl dgst -sha1 -hmac north -binary | base64
          credential: 'fePZ625lW8Or/96Ij2Z/TeJlV6Q=',
        },
      ],
      validMs: 21_600_000,
    })
  })

  it('[NODE-52] stand at /ice, never cached; a node without any says so', async () => {
    const ice = { urls: ['stun:stun.example'], turnSecret: null }
    const response = await fetch(`${(await startNode({}, { ice })).address().url}/ice`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toMatchObject({ iceServers: [{ urls: ['stun:stun.example'] }] })
    expect(await (await fetch(`${(await startNode()).address().url}/ice`)).json()).toMatchObject({ iceServers: [] })
  })

  it.each(['', 'stun.example', 'https://stun.example', 'stun:', 'stun:a b', 'turn:a?transport=sctp', 'stun:a,'])(
    '[NODE-52] %s is no list of ICE servers',
    (text) => {
      expect(parseIceUrls(text)).toBeNull()
    },
  )
})
