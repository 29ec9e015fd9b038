import { beforeEach, describe, expect, it } from 'vitest'
import type { SignalingConn } from 'y-webrtc'
import { gateTopic, publishSealed, type TopicGate } from '../../../src/net/webrtc/signal-gate.ts'

/** lib0's client as y-webrtc sees it: a socket that opens, a list of what was sent and of what y-webrtc was told. */
class FakeConn {
  readonly url = 'ws://node'
  readonly unsuccessfulReconnects = 0
  readonly sent: unknown[] = []
  readonly told: unknown[] = []
  readonly toOriginal: unknown[] = []
  connected = false
  ws: { onmessage: ((event: { data: unknown }) => void) | null } | null = null
  #onConnect: (() => void)[] = []

  send(message: unknown): void {
    this.sent.push(message)
  }
  on(event: string, listener: () => void): void {
    if (event === 'connect') this.#onConnect.push(listener)
  }
  off(): void {}
  emit(_event: string, [message]: unknown[]): void {
    this.told.push(message)
  }
  open(): void {
    this.ws = { onmessage: ({ data }) => this.toOriginal.push(data) }
    this.connected = true
    for (const listener of this.#onConnect) listener()
  }
  hear(data: unknown): void {
    this.ws?.onmessage?.({ data })
  }
}

const gate: TopicGate = {
  subscribe: (send) => send('inbox'),
  outbound: (data, send) => send(`sealed ${JSON.stringify(data)}`),
  inbound: (text, deliver) => deliver({ opened: text }),
}

let conn: FakeConn
let guarded: SignalingConn
beforeEach(() => {
  conn = new FakeConn()
  guarded = conn as unknown as SignalingConn
})

describe('signal gate', () => {
  it('[RTC-2] what y-webrtc publishes is sealed; a topic without a gate is neither published nor subscribed', () => {
    gateTopic(guarded, 'ours', gate)
    conn.open()
    guarded.send({ type: 'subscribe', topics: ['other', 'ours'] })
    guarded.send({ type: 'subscribe', topics: ['other'] })
    guarded.send({ type: 'publish', topic: 'other', data: { secret: 1 } })
    guarded.send({ type: 'publish', topic: 'ours', data: { from: 'a' } })
    publishSealed(guarded, 'ours', 'text')
    guarded.send({ type: 'ping' })
    expect(conn.sent).toEqual([
      { type: 'subscribe', topics: ['ours'], inbox: 'inbox' },
      { type: 'publish', topic: 'ours', data: 'sealed {"from":"a"}' },
      { type: 'publish', topic: 'ours', data: 'text' },
      { type: 'ping' },
    ])
  })

  it('[RTC-2] nothing is sent while the node is out of reach', () => {
    gateTopic(guarded, 'ours', gate)
    guarded.send({ type: 'publish', topic: 'ours', data: {} })
    expect(conn.sent).toEqual([])
  })

  it('[RTC-19] what concerns one goes to its inbox; what was prepared while the node went is not sent', () => {
    let sendLater = (): void => {}
    gateTopic(guarded, 'ours', {
      ...gate,
      subscribe: (send) => (sendLater = () => send('inbox')),
      outbound: (_data, send) => send('sealed', 'their inbox'),
    })
    conn.open()
    guarded.send({ type: 'publish', topic: 'ours', data: {} })
    publishSealed(guarded, 'ours', 'text', 'an inbox')
    guarded.send({ type: 'subscribe', topics: ['ours'] })
    conn.connected = false
    sendLater()
    expect(conn.sent).toEqual([
      { type: 'publish', topic: 'ours', data: 'sealed', to: 'their inbox' },
      { type: 'publish', topic: 'ours', data: 'text', to: 'an inbox' },
    ])
    conn.open()
    sendLater()
    expect(conn.sent.at(-1)).toEqual({ type: 'subscribe', topics: ['ours'], inbox: 'inbox' })
  })

  it('[RTC-3] bad frames stop at the gate, on every reconnect; pongs reach the client', () => {
    gateTopic(guarded, 'ours', gate)
    for (let i = 0; i < 2; i++) {
      conn.open()
      for (const frame of ['', '{', 'null', '7', '[]', '"x"', new ArrayBuffer(3), '{"type":"publish"}'])
        conn.hear(frame)
      for (const data of [null, 7, {}, ['x']]) conn.hear(JSON.stringify({ type: 'publish', topic: 'ours', data }))
      conn.hear(JSON.stringify({ type: 'publish', topic: '__proto__', data: 'x' }))
      conn.hear(JSON.stringify({ type: 'publish', topic: 'ours', data: 'x'.repeat(100_000) }))
    }
    expect([conn.told, conn.toOriginal]).toEqual([[], []])
    conn.hear('{"type":"pong"}')
    conn.hear(JSON.stringify({ type: 'publish', topic: 'ours', data: 'text' }))
    expect(conn.toOriginal).toEqual(['{"type":"pong"}'])
    expect(conn.told).toEqual([{ type: 'publish', topic: 'ours', data: { opened: 'text' } }])
  })

  it('[RTC-2] two rooms share a connection; after one has gone nothing passes for it', () => {
    const ungate = gateTopic(guarded, 'ours', gate)
    gateTopic(guarded, 'also ours', gate)
    conn.open()
    ungate()
    guarded.send({ type: 'subscribe', topics: ['ours', 'also ours'] })
    conn.hear(JSON.stringify({ type: 'publish', topic: 'ours', data: 'text' }))
    expect(conn.sent).toEqual([{ type: 'subscribe', topics: ['also ours'], inbox: 'inbox' }])
    expect(conn.told).toEqual([])
  })
})
