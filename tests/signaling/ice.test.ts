import { describe, expect, it } from 'vitest'
import { iceAnswer, parseIceUrls } from '../../signaling/ice.ts'
import { startNode } from './support.ts'

describe('ICE servers', () => {
  it('[NODE-52] are told with credentials that coturn computes alike and that expire after six hours', () => {
    const urls = ['stun:stun.example', 'turn:turn.example:3478?transport=udp', 'turns:turn.example:5349']
    expect(iceAnswer({ urls, turnSecret: 'north' }, 1_700_000_000_000, 'node.example')).toEqual({
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

  it.each([
    ['earshot.example', 'stun:earshot.example:3478'],
    ['192.0.2.1:8080', 'stun:192.0.2.1:3478'],
    ['[2001:db8::1]:8080', 'stun:[2001:db8::1]:3478'],
  ])('[NODE-54] name the node’s own STUN server as %s is asked for', (host, url) => {
    const { iceServers } = iceAnswer({ urls: [], turnSecret: null, stunPort: 3478 }, 0, host)
    expect(iceServers).toEqual([{ urls: [url] }])
  })

  it.each([undefined, '', 'a b', '/'])('[NODE-54] name none to who asks for no host (%s)', (host) => {
    expect(iceAnswer({ urls: [], turnSecret: null, stunPort: 3478 }, 0, host).iceServers).toEqual([])
  })

  it('[NODE-55] of a node that hides addresses are TURN servers only, and no other way may be taken', () => {
    const urls = ['stun:stun.example', 'turn:turn.example']
    const told = iceAnswer({ urls, turnSecret: 'north', stunPort: 3478, hideAddresses: true }, 0, 'node.example')
    expect(told.iceTransportPolicy).toBe('relay')
    expect(told.iceServers.flatMap((server) => server.urls)).toEqual(['turn:turn.example'])
  })

  it.each([
    ...['', 'stun.example', 'https://stun.example', 'stun:', 'stun:a b', 'turn:a?transport=sctp', 'stun:a,', 'stun::1'],
    ...['stun:a:b:1', 'stun:a:0', 'turn:a:65536', 'stun:a?transport=udp', 'turn:[a', 'turn:::1', 'stun:.a'],
  ])('[NODE-52] %s is no list of ICE servers', (text) => {
    expect(parseIceUrls(text)).toBeNull()
  })
})
