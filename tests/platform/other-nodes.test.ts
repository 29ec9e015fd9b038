import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { otherNodes } from '../../src/platform/other-nodes.ts'

describe('other nodes that the node names', () => {
  it('[LIB-12] are those of its present answer', async () => {
    const nodes = [
      { url: 'wss://b.example', relay: 'B' },
      { url: 'ws://10.0.0.7:8080', relay: 'C' },
    ]
    expect([...(await otherNodes(['wss://a.example'], async () => ({ nodes })))]).toEqual([
      ['B', 'wss://b.example'],
      ['C', 'ws://10.0.0.7:8080'],
    ])
  })

  it('[LIB-12] [NODES-5] are those of all nodes that answer', async () => {
    const said: Readonly<Record<string, unknown>> = {
      'wss://a.example': { nodes: [{ url: 'wss://c.example', relay: 'C' }] },
      'wss://b.example': { nodes: [{ url: 'wss://d.example', relay: 'D' }] },
    }
    const ask = (node: string): Promise<unknown> =>
      node in said ? Promise.resolve(said[node]) : Promise.reject(new TypeError('out of reach'))
    expect([...(await otherNodes(['wss://a.example', 'wss://away.example', 'wss://b.example'], ask)).keys()]).toEqual([
      'C',
      'D',
    ])
  })

  it('[LIB-12] are none while it is out of reach, or names anything but WebSockets', async () => {
    expect(await otherNodes(['wss://a.example'], () => Promise.reject(new TypeError('out of reach')))).toEqual(
      new Map(),
    )
    expect(
      await otherNodes(['wss://a.example'], async () => ({ nodes: [{ url: 'https://b.example', relay: 'B' }] })),
    ).toEqual(new Map())
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (said) => {
        expect(await otherNodes(['wss://a.example'], async () => said)).toEqual(new Map())
      }),
    )
  })
})
