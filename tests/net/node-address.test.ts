import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NodeAddressError } from '../../src/domain/errors.ts'
import { isNodeUrl, nodeName, parseNodeAddress } from '../../src/net/node-address.ts'

describe('the address of a node', () => {
  it.each([
    ['node.example', 'wss://node.example'],
    ['  https://Node.Example/ ', 'wss://node.example'],
    ['node.example:8443', 'wss://node.example:8443'],
    ['wss://node.example:443', 'wss://node.example'],
    ['https://node.example/#/r/abc~secret', 'wss://node.example'],
    ['https://[2001:db8::1]:8443', 'wss://[2001:db8::1]:8443'],
    ['http://localhost:8080', 'ws://localhost:8080'],
    ['ws://127.0.0.1:8080/', 'ws://127.0.0.1:8080'],
    ['bücher.example', 'wss://xn--bcher-kva.example'],
  ])('[NODES-2] %s is %s', (text, url) => {
    expect(parseNodeAddress(text, true)).toBe(url)
    expect(isNodeUrl(url)).toBe(true)
  })

  it.each([
    ['', /Write the address/],
    ['two words', /no address/],
    ['https://', /no address/],
    ['ftp://node.example', /https, not over ftp/],
    ['https://me:pw@node.example', /before the @/],
    ['node.example/signal', /without a path\. Try node\.example/],
    ['https://node.example/?q=1', /without a path/],
    ['http://node.example', /over https only/],
    [`${'a'.repeat(300)}.example`, /no address/],
  ])('[NODES-2] %s is none, and is told why', (text, why) => {
    expect(() => parseNodeAddress(text, true)).toThrow(why)
    expect(() => parseNodeAddress(text, true)).toThrow(NodeAddressError)
  })

  it('[NODES-2] may be a plain one on a page that is plain itself', () => {
    expect(parseNodeAddress('http://10.0.0.7:8080', false)).toBe('ws://10.0.0.7:8080')
  })

  it('[NODES-2] is read as one or refused in words, whatever is written', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.domain()), fc.boolean(), (text, secure) => {
        try {
          const url = parseNodeAddress(text, secure)
          expect(isNodeUrl(url)).toBe(true)
          expect(parseNodeAddress(url, secure)).toBe(url)
          expect(nodeName(url)).not.toBe('')
        } catch (error) {
          expect(error).toBeInstanceOf(NodeAddressError)
        }
      }),
    ))
})
