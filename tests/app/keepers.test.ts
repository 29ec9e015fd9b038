import { describe, expect, it } from 'vitest'
import { Nodes } from '../../src/app/nodes.ts'
import { Keepers } from '../../src/app/session/keepers.ts'
import { Settings } from '../../src/app/settings.ts'
import { hashText, type RoomId } from '../../src/domain/ids.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'
import { memoryValues } from './house.ts'

const crypto = nodeCrypto(seededRandom(2))
const room = hashText<RoomId>(crypto.randomBytes(32))

/** A keeper that does as it is asked. */
class FakeShelf {
  state: 'off' | 'kept' = 'off'
  readonly days = 90
  closed = false
  #changed = (): void => {}
  onChange(listener: () => void): () => void {
    this.#changed = listener
    return () => {}
  }
  async keep(): Promise<void> {
    this.state = 'kept'
    this.#changed()
  }
  async forget(): Promise<void> {
    this.state = 'off'
    this.#changed()
  }
  async close(): Promise<void> {
    this.closed = true
  }
}

function open(answers: Map<string, boolean | null>) {
  const nodes = new Nodes({ own: 'wss://own.example', added: [], save: () => Promise.resolve(), secure: true })
  const shelves = new Map<string, FakeShelf>()
  const asked: string[] = []
  const settings = new Settings(memoryValues(), nodeSigner(seededRandom(3)).peer)
  const keepers = new Keepers({
    ...{ nodes, room, crypto, settings },
    keeps: (node) => {
      asked.push(node)
      return Promise.resolve(answers.get(node) ?? null)
    },
    open: async (node) => {
      const shelf = new FakeShelf()
      shelves.set(node, shelf)
      return shelf
    },
    mayKeep: () => ({ allowed: true }),
    onProblem: (problem) => {
      throw problem
    },
  })
  return { nodes, keepers, shelves, asked, settings }
}

const states = (keepers: Keepers): string[] => keepers.views.map(({ node, state }) => `${node} ${state}`)

describe('keeping at several nodes', () => {
  it('[NODES-6] can be asked of each node that keeps rooms, and of one that is added later', async () => {
    const { nodes, keepers, shelves, settings } = open(
      new Map([
        ['wss://own.example', false],
        ['wss://a.example', true],
        ['wss://b.example', true],
      ]),
    )
    await nodes.add('a.example')
    await nodes.add('b.example')
    await expect.poll(() => states(keepers)).toEqual(['a.example off', 'b.example off'])
    await keepers.keep('b.example', true)
    expect(states(keepers)).toEqual(['a.example off', 'b.example kept'])
    expect(await settings.claim(room, 'b.example')).not.toBeNull()
    expect(await settings.claim(room, 'a.example')).toBeNull()
    await nodes.remove('wss://b.example')
    expect([states(keepers), shelves.get('wss://b.example')?.closed]).toEqual([['a.example off'], true])
    await keepers.close()
    expect(shelves.get('wss://a.example')?.closed).toBe(true)
  })

  it('[NODES-6] asks a node that did not answer again when it is back, and one that answered never', async () => {
    const answers = new Map<string, boolean | null>([['wss://own.example', false]])
    const { nodes, keepers, asked } = open(answers)
    await nodes.add('a.example')
    await expect.poll(() => asked).toEqual(['wss://own.example', 'wss://a.example'])
    answers.set('wss://a.example', true)
    for (const url of nodes.urls) {
      nodes.heard(url, false)
      nodes.heard(url, true)
    }
    await expect.poll(() => states(keepers)).toEqual(['a.example off'])
    expect(asked).toEqual(['wss://own.example', 'wss://a.example', 'wss://a.example'])
    await keepers.close()
  })
})
