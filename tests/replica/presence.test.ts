import { describe, expect, it } from 'vitest'
import { LimitError } from '../../src/domain/errors.ts'
import type { Signer } from '../../src/domain/crypto.ts'
import type { PeerId, RoomSecret } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import { forkRandom, seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { decodePresenceMessage, encodePresenceMessage, signNote } from '../../src/replica/presence-codec.ts'
import { Presence } from '../../src/replica/presence.ts'
import { HEARTBEAT_MS, PRESENCE_TTL_MS } from '../../src/replica/timing.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'
import { fakeHash } from '../support/records.ts'
import { TestGossip } from './support/gossip.ts'
import { wire } from './support/pump.ts'

const state = {
  ...{ name: 'Ann', face: 'fox', listening: false, typing: false },
  ...{ joinedAtMs: 5, neighbours: 0, epoch: null, readyMs: 0 },
}

class Company {
  readonly time = new VirtualTime({ turn: () => new Promise((done) => setImmediate(done)) })
  readonly random
  readonly heard: Uint8Array[] = []
  readonly complaints: string[] = []
  readonly address

  constructor(seed: number, secret?: RoomSecret) {
    this.random = seededRandom(seed)
    this.address = { room: fakeHash<never>(3), ...(secret === undefined ? {} : { secret }) }
  }

  async come(name: string, signer: Signer = nodeSigner(this.random)) {
    const crypto = nodeCrypto(forkRandom(this.random))
    const { address, time: scheduler } = this
    const presence = await Presence.open({ address, signer, crypto, scheduler, initial: { ...state, name } })
    presence.onMisbehaviour((_, why) => this.complaints.push(why))
    return { signer, presence, names: () => [...presence.people.values()].map((person) => person.name).sort() }
  }

  link(a: Someone, b: Someone): () => void {
    const cable = this.wire()
    const ends = [
      a.presence.connect(b.signer.peer, cable.ends[0]),
      b.presence.connect(a.signer.peer, cable.ends[1]),
    ] as const
    return () => {
      cable.cut()
      for (const end of ends) end()
    }
  }

  /** A link of which the test holds the other end. */
  hostile(someone: Someone, peer: PeerId = nodeSigner(this.random).peer) {
    const cable = this.wire()
    someone.presence.connect(peer, cable.ends[0])
    return cable.ends[1]
  }

  wire() {
    return wire(this.time, this.random, (message) => this.heard.push(message))
  }
}
type Someone = Awaited<ReturnType<Company['come']>>

describe('presence', () => {
  it('[PRESENCE-1] shows everyone to everyone along a chain, and changes at once', async () => {
    const company = new Company(1)
    const [ann, ben, cara] = [await company.come('Ann'), await company.come('Ben'), await company.come('Cara')]
    company.link(ann, ben)
    company.link(ben, cara)
    await company.time.until(() => ann.names().join() === 'Ben,Cara' && cara.names().join() === 'Ann,Ben')
    ann.presence.set({ name: 'Anna', listening: true })
    await company.time.until(() => cara.names().join() === 'Anna,Ben', HEARTBEAT_MS / 2)
    expect(cara.presence.people.get(ann.signer.peer)).toMatchObject({ listening: true, joinedAtMs: 5, sessions: 1 })
    expect(() => ann.presence.set({ name: 'x'.repeat(limits.nameChars + 1) })).toThrow(LimitError)
  })

  it('[PRESENCE-2] lets go at once after a farewell, else after three heartbeats of silence', async () => {
    const company = new Company(2)
    const [ann, ben, cara] = [await company.come('Ann'), await company.come('Ben'), await company.come('Cara')]
    company.link(ann, ben)
    const cut = company.link(ben, cara)
    await company.time.until(() => ann.names().join() === 'Ben,Cara')
    await ben.presence.close()
    await company.time.until(() => ann.names().join() === 'Cara', 1_000)
    cut()
    await company.time.advance(PRESENCE_TTL_MS - HEARTBEAT_MS - 1_500)
    expect(ann.names()).toEqual(['Cara'])
    await company.time.until(() => ann.names().length === 0, PRESENCE_TTL_MS)
  })

  it(
    '[PRESENCE-3] costs about n - 1 notes per heartbeat in a full mesh, and outlives broken links',
    { timeout: 60_000 },
    async () => {
      const company = new Company(3)
      const all: Someone[] = []
      for (let i = 0; i < 8; i++) all.push(await company.come(`P${i}`))
      const cuts = all.flatMap((a, i) => all.slice(i + 1).map((b) => company.link(a, b)))
      await company.time.advance(3 * HEARTBEAT_MS)
      const notes = () => company.heard.filter((bytes) => decodePresenceMessage(bytes)?.type === 'note').length
      const before = notes()
      await company.time.advance(4 * HEARTBEAT_MS)
      const perHeartbeat = (notes() - before) / 4 / 8
      expect(perHeartbeat).toBeGreaterThanOrEqual(7)
      expect(perHeartbeat).toBeLessThan(9)
      // Half of the links break: everyone goes on seeing everyone.
      for (const cut of cuts.filter((_, i) => i % 2 === 0)) cut()
      for (let i = 0; i < 5; i++) {
        await company.time.advance(HEARTBEAT_MS)
        for (const someone of all) expect(someone.names()).toHaveLength(7)
      }
    },
  )

  it('[PRESENCE-4] sees several tabs of one key as one person, and not oneself', async () => {
    const company = new Company(4)
    const signer = nodeSigner(company.random)
    const [tab, other, ben] = [
      await company.come('Ann', signer),
      await company.come('Ann', signer),
      await company.come('Ben'),
    ]
    company.link(tab, ben)
    company.link(other, ben)
    other.presence.set({ listening: true })
    await company.time.until(() => ben.presence.people.get(signer.peer)?.listening === true)
    expect(ben.presence.people.get(signer.peer)?.sessions).toBe(2)
    expect(tab.names()).toEqual(['Ben'])
    await other.presence.close()
    await company.time.until(() => ben.presence.people.get(signer.peer)?.sessions === 1)
    expect(ben.names()).toEqual(['Ann'])
  })

  it('[PRESENCE-5] ignores what was said before: a replayed note brings nobody back', async () => {
    const company = new Company(5)
    const [ann, ben] = [await company.come('Ann'), await company.come('Ben')]
    const cut = company.link(ann, ben)
    await company.time.advance(2 * HEARTBEAT_MS)
    const recorded = [...company.heard]
    await ann.presence.close()
    await company.time.until(() => ben.names().length === 0, 1_000)
    cut()
    const port = company.hostile(ben)
    for (const note of recorded) port.send(note)
    await company.time.advance(1_000)
    expect(ben.names()).toEqual([])
  })

  it('[PRESENCE-6] refuses forged, foreign, oversized and malformed notes', async () => {
    const company = new Company(6)
    const ben = await company.come('Ben')
    const [mallory, ann] = [nodeSigner(company.random), nodeSigner(company.random)]
    const { room } = company.address
    const note = { room, author: ann.peer, session: 1, counter: 1, state }
    const port = company.hostile(ben, mallory.peer)
    port.send(encodePresenceMessage(await signNote(note, mallory)))
    port.send(encodePresenceMessage(await signNote({ ...note, room: fakeHash<never>(4) }, ann)))
    port.send(encodePresenceMessage(await signNote({ ...note, state: { ...state, name: '' } }, ann)))
    port.send(new Uint8Array(limits.presenceBytes + limits.sealBytes + 1))
    await company.time.advance(500)
    expect(company.complaints.toSorted()).toEqual([
      'forged presence',
      'malformed presence',
      'oversized presence',
      'presence of another room',
    ])
    expect(ben.names()).toEqual([])
  })

  it('[PRESENCE-7] shows nothing in clear in a private room', async () => {
    const company = new Company(7, fakeHash<never>(50))
    const [ann, ben] = [await company.come('Ann'), await company.come('Ben')]
    company.link(ann, ben)
    await company.time.until(() => ben.names().length === 1)
    const wire = company.heard.map((bytes) => Buffer.from(bytes).toString('latin1')).join()
    for (const plain of ['Ann', 'listening', ann.signer.peer]) expect(wire).not.toContain(plain)
  })
})

describe('presence over gossip', () => {
  it('[GOSSIP-6] shows everyone to everyone without a link between them, farewells too', async () => {
    const company = new Company(21)
    const gossip = new TestGossip(company.time, 5)
    const [ann, ben] = [await company.come('Ann'), await company.come('Ben')]
    for (const { presence } of [ann, ben]) presence.gossip(gossip.port())
    await company.time.advance(HEARTBEAT_MS + 50)
    expect([ann.names(), ben.names()]).toEqual([['Ben'], ['Ann']])
    ann.presence.set({ typing: true })
    await company.time.advance(50)
    expect([...ben.presence.people.values()].map(({ typing }) => typing)).toEqual([true])
    await ann.presence.close()
    await company.time.advance(50)
    expect(ben.names()).toEqual([])
    expect(new Set(gossip.verdicts)).toEqual(new Set(['accept']))
    expect(await gossip.say(Uint8Array.of(1))).toEqual(['reject'])
    await ben.presence.close()
  })

  it('[GOSSIP-6] leaves nobody hidden when it is gone: links bring everyone within a heartbeat and a half', async () => {
    const company = new Company(22)
    const gossip = new TestGossip(company.time, 0)
    const people = [await company.come('Ann'), await company.come('Ben'), await company.come('Cara')]
    for (let i = 1; i < people.length; i++) company.link(people[i - 1]!, people[i]!)
    const stops = people.map(({ presence }) => presence.gossip(gossip.port()))
    await company.time.advance(4 * HEARTBEAT_MS)
    for (const stop of stops) stop()
    for (let i = 0; i < 10; i++) {
      await company.time.advance(PRESENCE_TTL_MS / 5)
      expect(people.map((person) => person.names().length)).toEqual([2, 2, 2])
    }
    await Promise.all(people.map(({ presence }) => presence.close()))
  })
})
