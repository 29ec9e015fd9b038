import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atPath, forEachUrl } from '../../src/domain/urls.ts'
import { UrlList } from '../support/url-list.ts'

const lists = fc.uniqueArray(fc.constantFrom('ws://a', 'ws://b', 'ws://c', 'ws://d'))

describe('something for each node', () => {
  it('[NODES-1] runs for exactly those of the list, whatever becomes of it, and what stays is not touched', () =>
    fc.assert(
      fc.property(lists, fc.array(lists), (first, changes) => {
        const list = new UrlList(...first)
        const running = new Map<string, number>()
        let begun = 0
        const stop = forEachUrl(atPath(list, '/x'), (url) => {
          running.set(url, ++begun)
          return () => void running.delete(url)
        })
        for (const urls of [first, ...changes]) {
          const before = new Map(running)
          list.become(...urls)
          expect(new Set(running.keys())).toEqual(new Set(urls.map((url) => `${url}/x`)))
          for (const [url, which] of running) expect(before.get(url) ?? which).toBe(which)
        }
        stop()
        list.become('ws://late')
        expect(running.size).toBe(0)
      }),
    ))
})
