import { describe, expect, it } from 'vitest'
import { BroadcastTree } from '../../src/replica/broadcast-tree.ts'

const someone = 'someone'

describe('a broadcast tree', () => {
  it('[SYNC-2] keeps the link that brought the latest first, and prunes those that repeat it', () => {
    const tree = new BroadcastTree<string, string>()
    for (const link of ['old', 'new']) tree.add(link)
    expect(tree.cameBy('old', someone, true)).toBe(false)
    expect(tree.cameBy('new', someone, false)).toBe(true)
    expect(tree.cameBy('new', someone, true)).toBe(false)
    expect(tree.cameBy('old', someone, false)).toBe(true)
    expect(tree.remove('new')).toEqual([someone])
  })

  it('[SYNC-2] learns no way from what is repeated: the neighbour may have it from here', () => {
    const tree = new BroadcastTree<string, string>()
    for (const link of ['child', 'parent']) tree.add(link)
    expect(tree.cameBy('child', someone, false)).toBe(false)
    expect(tree.knows(someone)).toBe(false)
    expect(tree.cameBy('parent', someone, false)).toBe(false)
    expect(tree.cameBy('parent', someone, true)).toBe(false)
    expect(tree.cameBy('child', someone, false)).toBe(true)
  })

  it('[SYNC-8] goes by what another tree knows of a link, unless the neighbour grafted here', () => {
    let known: boolean | undefined
    const tree = new BroadcastTree<string, string>(() => known)
    tree.add('link')
    const eagerFor = (...answers: (boolean | undefined)[]): boolean[] =>
      answers.map((answer) => {
        known = answer
        return tree.isEager('link', someone)
      })
    expect(eagerFor(undefined, false, true)).toEqual([true, true, false])
    tree.pruned('link', [someone])
    expect(eagerFor(undefined, false, true)).toEqual([false, true, false])
    tree.grafted('link', [someone])
    expect(eagerFor(undefined, false, true)).toEqual([true, true, true])
  })
})
