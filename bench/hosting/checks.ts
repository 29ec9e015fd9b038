import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket, type ClientOptions } from 'ws'
import type { RoomAddress } from '../../src/domain/address.ts'
import { decodeKeepAnswer, encodeKeepRequest } from '../../src/net/keep/keep-wire.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { LISTEN, PING, PONG } from '../../src/net/lobby/lobby-client.ts'
import { earshotMember } from '../fanout/swarm/earshot.ts'

/** A proxy in front of a node, as a browser sees it. */
export interface Front {
  readonly httpPort: number
  readonly httpsPort: number
  /** The certificate, PEM. */
  readonly cert: string
}

/** Places that the node of this bench has for one address. */
export const PLACES = 6
const LINK_LIMIT_MS = 60_000

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export function get({ httpPort, httpsPort, cert }: Front, path: string, tls = true): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = tls
      ? requestHttps({ host: 'localhost', family: 4, port: httpsPort, path, ca: cert, agent: false })
      : requestHttp({ host: 'localhost', family: 4, port: httpPort, path, agent: false })
    request.once('error', reject).once('response', (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    request.end()
  })
}

/** A WebSocket through the proxy. @throws Error that names the status when it is refused */
export async function open({ httpsPort, cert }: Front, path: string, from: ClientOptions = {}): Promise<WebSocket> {
  const socket = new WebSocket(`wss://localhost:${httpsPort}${path}`, { ca: cert, family: 4, ...from })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.on('error', () => {}) // what does not arrive tells
  return socket
}

const next = (socket: WebSocket): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    socket.once('message', (bytes: Buffer) => resolve(bytes))
    socket.once('close', (code) => reject(new Error(`closed with ${code}`)))
  })

function expect(what: string, holds: boolean): void {
  if (!holds) throw new Error(`not so: ${what}`)
}

/** Plain http is led to https; the page comes with the headers that isolate it. */
export async function pages(front: Front): Promise<void> {
  const led = await get(front, '/some?page', false)
  expect('plain http is led to https', led.status >= 300 && led.status < 400 && String(led.headers.location).startsWith('https://localhost')) // prettier-ignore
  const page = await get(front, '/')
  expect('the page comes', page.status === 200 && page.body.includes('<title>Earshot'))
  expect('it is isolated', page.headers['cross-origin-opener-policy'] === 'same-origin')
  expect('its policy comes too', String(page.headers['content-security-policy']).includes("default-src 'self'"))
  expect('/health is well', (JSON.parse((await get(front, '/health')).body) as { ok: boolean }).ok)
}

/** Signals reach their addressee, and the doors of lobby and keeper answer. */
export async function doors(front: Front): Promise<void> {
  const [anna, ben] = [await open(front, '/signal'), await open(front, '/signal')]
  for (const [socket, inbox] of [
    [anna, 'a'],
    [ben, 'b'],
  ] as const) {
    // prettier-ignore
    socket.send(JSON.stringify({ type: 'subscribe', topics: ['room'], inbox }))
    socket.send('{"type":"ping"}')
    expect('/signal answers', (await next(socket)).toString() === '{"type":"pong"}')
  }
  // As large as an offer.
  const data = 'A'.repeat(4_000)
  anna.send(JSON.stringify({ type: 'publish', topic: 'room', data, to: 'b' }))
  expect('a signal arrives', (JSON.parse((await next(ben)).toString()) as { data: string }).data === data)
  const lobby = await open(front, '/lobby')
  lobby.send(LISTEN)
  lobby.send(PING)
  expect('/lobby answers', (await next(lobby)).toString() === PONG)
  const keeper = await open(front, '/keep')
  keeper.send(encodeKeepRequest({ type: 'ping', id: 7 }))
  expect('/keep answers', decodeKeepAnswer(await next(keeper))?.type === 'pong')
  for (const socket of [anna, ben, lobby, keeper]) socket.close()
}

/** Each address has places of its own, whatever it says of itself. */
export async function addresses(front: Front): Promise<void> {
  const taken = await Promise.all(
    Array.from({ length: PLACES }, () => open(front, '/signal', { localAddress: '127.0.0.2' })),
  )
  const lie = { localAddress: '127.0.0.2', headers: { 'X-Forwarded-For': '203.0.113.9' } }
  for (const from of [{ localAddress: '127.0.0.2' }, lie]) {
    const why = await open(front, '/signal', from).then(
      () => 'let in',
      (error: Error) => error.message,
    )
    expect(`who has taken all places is refused: ${why}`, why.includes('503'))
  }
  const other = await open(front, '/signal', { localAddress: '127.0.0.3' })
  for (const socket of [...taken, other]) socket.close()
}

/** Two of Earshot's libp2p members link over the node's relay, which is behind the proxy; the result is how long that took, s. */
export async function relay({ httpsPort }: Front): Promise<number> {
  const startedAtMs = performance.now()
  const silent = { heard: () => {}, sent: () => {} }
  const join = (known: RoomAddress | null, seed: number) =>
    earshotMember(`wss://localhost:${httpsPort}`, known, seededRandom(seed), silent)
  const ada = await join(null, 1)
  const ben = await join(ada.address, 2)
  while (!ben.ready) {
    expect('two members link over the relay', performance.now() - startedAtMs < LINK_LIMIT_MS)
    await sleep(50)
  }
  const linkedS = (performance.now() - startedAtMs) / 1_000
  await Promise.all([ada.leave(), ben.leave()])
  return linkedS
}

/** A node that stops says so to those behind the proxy. */
export async function goodbye(front: Front, stop: () => Promise<void>): Promise<void> {
  const socket = await open(front, '/signal')
  const code = new Promise<number>((resolve) => socket.once('close', resolve))
  await stop()
  expect('a node that stops closes with 1001', (await code) === 1001)
}
