import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { clientAddress, isLoopback, parseTrustedProxies } from '../../signaling/client-address.ts'
import type { NodeEvent } from '../../signaling/log.ts'
import { createJsonLog, createTextLog } from '../../signaling/log.ts'
import { createNodeScheduler } from '../../signaling/scheduler.ts'
import { parseOriginPolicy } from '../../signaling/origin.ts'
import { base64, connect, honestPair, settle, startNode } from './support.ts'

describe('pages that may use the node', () => {
  it.each([
    ['any', 'https://elsewhere.example', true],
    ['same', 'https://elsewhere.example', false],
    ['same', 'null', false],
    ['same', undefined, true],
    ['https://a.example,https://b.example', 'https://b.example', true],
    ['https://a.example', 'https://b.example', false],
    ['https://a.example', 'https://a.example.evil.example', false],
    ['https://a.example', undefined, true],
  ])('[NODE-38] with --origins %s, %s comes in: %s', async (list, origin, admitted) => {
    const policy = parseOriginPolicy(list)
    if (policy === null) throw new Error(`${list} is not read`)
    const node = await startNode({}, { origins: policy })
    const attempt = connect(node, origin === undefined ? {} : { origin })
    if (admitted) await settle(await attempt)
    else await expect(attempt).rejects.toThrow('403')
  })

  it('[NODE-38] with --origins same, the node’s own page comes in', async () => {
    const node = await startNode({}, { origins: 'same' })
    await settle(await connect(node, { origin: node.address().url }))
  })

  it.each([
    ['any', 'https://elsewhere.example', '*'],
    ['same', 'https://elsewhere.example', null],
    ['https://a.example,https://b.example', 'https://b.example', 'https://b.example'],
    ['https://a.example', 'https://b.example', null],
  ])(
    '[NODE-38] with --origins %s, what the node says of itself can be read by %s: %s',
    async (list, origin, allowed) => {
      const node = await startNode({}, { origins: parseOriginPolicy(list) ?? 'same' })
      for (const path of ['/ice', '/keep', '/nodes']) {
        const { headers } = await fetch(node.address().url + path, { headers: { Origin: origin } })
        expect(headers.get('access-control-allow-origin')).toBe(allowed)
      }
      const { headers } = await fetch(`${node.address().url}/health`, { headers: { Origin: origin } })
      expect(headers.get('access-control-allow-origin')).toBeNull()
    },
  )

  it.each(['', 'a.example', 'https://a.example/', 'https://a.example/path', 'any,https://a.example', 'ws://a.example'])(
    '[NODE-38] %s is no list of origins',
    (text) => {
      expect(parseOriginPolicy(text)).toBeNull()
    },
  )
})

describe('proxies', () => {
  const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
    ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage
  const trusted = parseTrustedProxies('loopback, 10.0.0.0/8, 2001:db8::/32')

  it.each([
    ['no proxy is trusted', null, '127.0.0.1', '203.0.113.9', '127.0.0.1'],
    ['the proxy names the client', trusted, '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['the socket is dual-stack', trusted, '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['the client lies in front', trusted, '127.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['two proxies stand in a row', trusted, '10.0.0.1', '198.51.100.1, 203.0.113.9, 2001:db8::7', '203.0.113.9'],
    ['a stranger sends the header', trusted, '198.51.100.7', '203.0.113.9', '198.51.100.7'],
    ['the proxy sends none', trusted, '127.0.0.1', undefined, '127.0.0.1'],
    ['the header is nonsense', trusted, '127.0.0.1', '1.2.3.4, <script>', '127.0.0.1'],
    ['all are proxies', trusted, '127.0.0.1', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
  ])('[NODE-39] when %s', (_case, proxies, socket, forwarded, client) => {
    expect(clientAddress(request(socket, forwarded), proxies)).toBe(client)
  })

  it.each(['', 'all', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', 'example.org', 'loopback,'])(
    '[NODE-39] %s is no list of proxies',
    (text) => {
      expect(parseTrustedProxies(text)).toBeNull()
    },
  )

  it('[NODE-39] clients behind a trusted proxy are counted one by one', async () => {
    const node = await startNode({ connectionsPerAddress: 1 }, { proxies: parseTrustedProxies('loopback') })
    const from = (address: string): ReturnType<typeof connect> =>
      connect(node, { headers: { 'X-Forwarded-For': address } })
    await settle(await from('203.0.113.1'))
    await settle(await from('203.0.113.2'))
    await expect(from('203.0.113.1')).rejects.toThrow('503')
  })
})

describe('what the operator sees', () => {
  it('[NODE-37] counts signals, refusals and closes for Prometheus', async () => {
    const node = await startNode({ connectionsPerAddress: 3 })
    const { anna, topic } = await honestPair(node)
    anna.send({ type: 'publish', topic, data: base64('to all') })
    const vandal = await connect(node)
    await expect(connect(node)).rejects.toThrow('503')
    vandal.socket.send('nonsense')
    await vandal.closed
    await settle(anna)
    const response = await fetch(`${node.address().url}/metrics`)
    expect(response.headers.get('content-type')).toContain('text/plain')
    const text = await response.text()
    for (const line of [
      'earshot_connections 2',
      'earshot_topics 1',
      'earshot_signals_total{delivery="broadcast"} 1',
      'earshot_signals_total{delivery="addressed"} 0',
      'earshot_refused_total{reason="address"} 1',
      'earshot_closed_total{reason="unsupported"} 1',
      `earshot_delivered_bytes_total ${base64('to all').length + 2}`,
    ])
      expect(text).toContain(`${line}\n`)
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
    expect(text).not.toContain(topic)
  })

  it.each([
    ['local', {}, 200],
    ['local', { 'X-Forwarded-For': '203.0.113.9' }, 404],
    ['public', { 'X-Forwarded-For': '203.0.113.9' }, 200],
    ['off', {}, 404],
  ] as const)('[NODE-37] with --metrics %s and headers %j the answer is %s', async (metricsAccess, headers, status) => {
    const node = await startNode({}, { metricsAccess })
    expect((await fetch(`${node.address().url}/metrics`, { headers })).status).toBe(status)
  })

  it('[NODE-37] takes a trusted proxy’s word on whether a request is local', async () => {
    const node = await startNode({}, { proxies: parseTrustedProxies('loopback') })
    const status = async (forwarded: string): Promise<number> =>
      (await fetch(`${node.address().url}/metrics`, { headers: { 'X-Forwarded-For': forwarded } })).status
    expect([await status('127.0.0.1'), await status('203.0.113.9')]).toEqual([200, 404])
    expect([isLoopback('::1'), isLoopback('127.8.8.8'), isLoopback('10.0.0.1'), isLoopback('')]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('[NODE-45] tells a person at a terminal what went wrong, and nothing else', () => {
    const lines: string[] = []
    const log = createTextLog((line) => lines.push(line))
    log({ event: 'listening', port: 1, tls: false })
    log({ event: 'failed', why: 'The disk is full.' })
    log({ event: 'peer', url: 'wss://b.example', reached: true })
    log({ event: 'peer', url: 'wss://b.example', reached: false })
    log({ event: 'stopped' })
    expect(lines).toEqual([
      'The disk is full.',
      'The node wss://b.example cannot be reached; it is tried again by itself.',
    ])
  })

  it('[NODE-45] logs lines of JSON that hold sums and no topic, inbox or address', async () => {
    const lines: string[] = []
    const write = createJsonLog(
      (line) => lines.push(line),
      () => Date.UTC(2026, 0, 2),
    )
    let sumUp = (): void => {}
    const scheduler = {
      ...createNodeScheduler(),
      every(periodMs: number, task: () => void) {
        if (periodMs === 60_000) sumUp = task
        return () => {}
      },
    }
    const node = await startNode({}, { log: write, scheduler })
    const { anna, ben, topic } = await honestPair(node, 'secret-topic')
    ben.send({ type: 'subscribe', topics: [topic], inbox: 'secret-inbox' })
    await settle(ben)
    anna.send({ type: 'publish', topic, data: base64('x'), to: 'secret-inbox' })
    await settle(anna)
    sumUp()
    sumUp()
    sumUp()
    await node.close()
    const events = lines.map((line) => JSON.parse(line) as NodeEvent & { time: string; level: string })
    expect(events.map(({ event }) => event)).toEqual(['listening', 'summary', 'summary', 'stopping', 'stopped'])
    expect(events[1]).toEqual({
      ...{ time: '2026-01-02T00:00:00.000Z', level: 'info', event: 'summary', connections: 2, topics: 1 },
      ...{ addressed: 1, broadcast: 0, dropped: 0, refused: 0, closed: 0 },
    })
    expect(lines.join('')).not.toMatch(/secret|127\.0\.0\.1|::1/)
  })
})
