import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { otherNodes } from '../../src/platform/other-nodes.ts'

describe('other nodes that the node names', () => {
  it('[LIB-12] are those of its present answer', async () => {
    const nodes = [
      { url: 'wss://b.example', relay: 'B' },
      { url: 'ws://10.0.0.7:8080', relay: 'C' },
    ]
    expect([...(await otherNodes(async () => ({ nodes })))]).toEqual([
      ['B', 'wss://b.example'],
      ['C', 'ws://10.0.0.7:8080'],
    ])
  })

  it('[LIB-12] are none while it is out of reach, or names anything but WebSockets', async () => {
    expect(await otherNodes(() => Promise.reject(new TypeError('out of reach')))).toEqual(new Map())
    expect(await otherNodes(async () => ({ nodes: [{ url: 'https://b.example', relay: 'B' }] }))).toEqual(new Map())
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (said) => {
        expect(await otherNodes(async () => said)).toEqual(new Map())
      }),
    )
  })
})
