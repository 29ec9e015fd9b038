import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultNodeLimits } from '../../signaling/limits.ts'
import { createClientMessageDecoder, encodePublish } from '../../signaling/protocol.ts'

const decode = createClientMessageDecoder(defaultNodeLimits)

const topic = fc.string({ minLength: 1, maxLength: defaultNodeLimits.topicChars })
const topics = fc.array(topic, { maxLength: 20 })
const inbox = fc.string({ minLength: 1, maxLength: defaultNodeLimits.inboxChars })
const base64 = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64'))
const data = fc.oneof(base64, fc.dictionary(fc.string(), fc.jsonValue()))
const message = fc.oneof(
  fc.record({ type: fc.constant('subscribe'), topics, inbox }, { requiredKeys: ['type', 'topics'] }),
  fc.record({ type: fc.constant('unsubscribe'), topics }),
  fc.record({ type: fc.constant('publish'), topic, data, to: inbox }, { requiredKeys: ['type', 'topic', 'data'] }),
  fc.record({ type: fc.constant('ping') }),
)

describe('the decoder of signalling messages', () => {
  it('[NODE-20] reads every legal message as it was written', () => {
    fc.assert(
      fc.property(message, (value) => {
        const { data, ...rest } = { data: undefined, ...value }
        const expected = data === undefined ? rest : { ...rest, json: JSON.stringify(data) }
        expect(decode(JSON.stringify(value))).toEqual(expected)
      }),
    )
  })

  it('[NODE-21] never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void decode(text)))
    fc.assert(fc.property(fc.json(), (text) => void decode(text)))
  })

  it('[NODE-21] yields null or a message of the known form for a legal message with one part replaced by anything', () => {
    const mutated = fc
      .tuple(message, fc.constantFrom('type', 'topics', 'topic', 'data', 'inbox', 'to', '__proto__'), fc.jsonValue())
      .map(([value, key, replacement]) =>
        JSON.stringify(value).replace(/}$/, `,${JSON.stringify(key)}:${JSON.stringify(replacement)}}`),
      )
    fc.assert(
      fc.property(mutated, (text) => {
        const decoded = decode(text)
        if (decoded === null) return
        const keys = {
          subscribe: ['inbox', 'topics', 'type'],
          unsubscribe: ['topics', 'type'],
          publish: ['json', 'to', 'topic', 'type'],
          ping: ['type'],
        }
        expect(keys[decoded.type]).toEqual(expect.arrayContaining(Object.keys(decoded)))
        expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype)
      }),
    )
  })

  it('[NODE-20] reads a text as data exactly when it is canonical base64', () => {
    const canonical = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/
    const texts = fc.oneof(base64, fc.base64String(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w+/= -]*$/))
    fc.assert(
      fc.property(texts, (text) => {
        const decoded = decode(JSON.stringify({ type: 'publish', topic: 't', data: text }))
        expect(decoded !== null).toBe(text !== '' && canonical.test(text))
      }),
      { numRuns: 1_000 },
    )
  })

  it('[NODE-22] drops what the protocol does not know, so that nothing rides along', () => {
    expect(decode('{"type":"ping","secret":"x"}')).toEqual({ type: 'ping' })
  })

  it('[NODE-1] writes signals as y-webrtc reads them', () => {
    expect(JSON.parse(encodePublish('t', '"aGk="', 3))).toEqual({
      type: 'publish',
      topic: 't',
      data: 'aGk=',
      clients: 3,
    })
  })
})
