import { describe, expect, it, onTestFinished } from 'vitest'
import { Nodes, openNodes as openShared } from '../../src/app/nodes.ts'
import { Settings } from '../../src/app/settings.ts'
import { limits } from '../../src/domain/limits.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { openOtherTabs, type OtherTabs } from '../../src/platform/other-tabs.ts'
import { nodeSigner } from '../support/node-crypto.ts'
import { memoryValues } from './house.ts'

const own = 'wss://own.example'

const onlyTab: OtherTabs = { tell: () => {}, onTold: () => () => {} }

async function openNodes(values = memoryValues(), tabs = onlyTab): Promise<{ nodes: Nodes }> {
  const settings = new Settings(values, nodeSigner(seededRandom(1)).peer)
  const onProblem = (problem: unknown): never => expect.unreachable(String(problem))
  return { nodes: await openShared({ own, secure: true, settings, tabs, onProblem }) }
}

describe('the nodes of a device', () => {
  it('[NODES-1] are the page’s own and those that were added, and are remembered', async () => {
    const values = memoryValues()
    const { nodes } = await openNodes(values)
    let changes = 0
    nodes.onChange(() => (changes += 1))
    await nodes.add('a.example')
    await nodes.add('https://b.example:8443/#/r/some-room')
    expect(nodes.urls).toEqual([own, 'wss://a.example', 'wss://b.example:8443'])
    await nodes.remove('wss://a.example')
    expect(changes).toBe(3)
    expect((await openNodes(values)).nodes.urls).toEqual([own, 'wss://b.example:8443'])
  })

  it('[NODES-1] keep the page’s own, whatever is removed', async () => {
    const { nodes } = await openNodes()
    await nodes.remove(own)
    expect(nodes.urls).toEqual([own])
  })

  it('[NODES-2] are each there once, and not more than are of use', async () => {
    const { nodes } = await openNodes()
    await expect(nodes.add('OWN.example')).rejects.toThrow('own.example is in the list already.')
    for (let i = 1; i < limits.nodes; i++) await nodes.add(`n${i}.example`)
    await expect(nodes.add('n3.example')).rejects.toThrow('in the list already')
    await expect(nodes.add('one-more.example')).rejects.toThrow(/Remove one first/)
    expect(nodes.urls.length).toBe(limits.nodes)
  })

  it('[NODES-2] are forgotten when what was kept of them no longer reads as nodes', async () => {
    for (const kept of [['https://a.example'], ['wss://a.example/path'], 'wss://a.example', [7], null]) {
      const values = memoryValues()
      await values.set('nodes', kept)
      expect((await openNodes(values)).nodes.urls).toEqual([own])
    }
  })

  it('[NODES-3] say how they are doing, each for itself, and only when that changes', async () => {
    const { nodes } = await openNodes()
    await nodes.add('a.example')
    const states = (): string[] => nodes.views.map(({ state }) => state)
    expect(states()).toEqual(['connecting', 'connecting'])
    let told = 0
    nodes.subscribe(() => (told += 1))
    nodes.heard(own, true)
    nodes.heard(own, true)
    nodes.heard('wss://a.example', false)
    nodes.heard('wss://stranger.example', true)
    expect([states(), told]).toEqual([['connected', 'away'], 2])
    await nodes.remove('wss://a.example')
    await nodes.add('a.example')
    expect(states()).toEqual(['connected', 'connecting'])
  })

  it('[NODES-8] are the same in all tabs, also after both changed them at once', async () => {
    const [values, subject] = [memoryValues(), crypto.randomUUID()]
    const openTab = async (): Promise<Nodes> => {
      const channel = new BroadcastChannel(subject)
      onTestFinished(() => channel.close())
      return (
        await openNodes(
          values,
          openOtherTabs(subject, () => channel),
        )
      ).nodes
    }
    const [here, there] = await Promise.all([openTab(), openTab()])
    let told = 0
    there.onChange(() => (told += 1))
    await here.add('a.example')
    await expect.poll(() => there.urls).toEqual([own, 'wss://a.example'])
    there.heard('wss://a.example', true)
    await there.remove('wss://a.example')
    await expect.poll(() => here.urls).toEqual([own])
    expect(told).toBe(2)

    await Promise.all([here.add('b.example'), there.add('c.example')])
    const kept = (await openNodes(values)).nodes.urls
    expect(kept).toHaveLength(2)
    await expect.poll(() => [here.urls, there.urls]).toEqual([kept, kept])
  })

  it('[NODES-1] are used also where the browser cannot remember them', async () => {
    const save = (): Promise<void> => Promise.reject(new Error('no space'))
    const nodes = new Nodes({ own, added: [], save, secure: true })
    await expect(nodes.add('a.example')).rejects.toThrow('no space')
    expect(nodes.urls).toEqual([own, 'wss://a.example'])
  })
})
