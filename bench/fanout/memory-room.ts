import type { PeerId } from '../../src/domain/ids.ts'
import type { Random } from '../../src/domain/scheduler.ts'
import type { Channel } from '../../src/net/link.ts'
import { MemoryNetwork } from '../../src/net/memory/memory-network.ts'
import { forkRandom, seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import type { Membership } from '../../src/net/transport.ts'
import type { PresenceState } from '../../src/replica/presence-codec.ts'
import type { MessagePort } from '../../src/replica/port.ts'
import { Presence } from '../../src/replica/presence.ts'
import type { OpenOptions } from '../../src/replica/options.ts'
import { Replica } from '../../src/replica/replica.ts'
import { nodeCrypto, nodeSigner } from '../../tests/support/node-crypto.ts'
import { memoryStore } from '../../tests/replica/support/memory-store.ts'
import { round } from './figures.ts'
import { judgedOnce } from './judged-once.ts'
import { homePath, turn } from './paths.ts'
import type { Person, Room, Traffic } from './talk.ts'

interface Listener extends Person {
  readonly peer: PeerId
  readonly replica: Replica
  readonly presence: Presence
  readonly membership: Membership
}

type Context = Pick<OpenOptions, 'signer' | 'crypto' | 'scheduler' | 'random' | 'roomNow'>

/** How fast people come, per second: a link that was posted somewhere. */
const ARRIVALS_PER_S = 20
const GATHER_MS = 60_000

/** A room of shipped replicas on the shipped memory transport, in virtual time. */
export class MemoryRoom implements Room<Listener> {
  people: readonly Listener[] = []
  onText: Room<Listener>['onText'] = () => {}
  readonly #time = new VirtualTime({ turn })
  readonly #random: Random
  readonly #network: MemoryNetwork
  readonly #gone = new Set<PeerId>()
  readonly #judged = new Map<string, Promise<boolean>>()
  readonly #sync = { messages: 0, bytes: 0 }
  readonly #presence = { messages: 0, bytes: 0 }

  private constructor(seed: number) {
    this.#random = seededRandom(seed)
    const random = forkRandom(this.#random)
    this.#network = new MemoryNetwork({ scheduler: this.#time, random, path: homePath })
  }

  /** Resolves when everyone is linked and knows the room. */
  static async gather(count: number, seed: number): Promise<MemoryRoom> {
    const room = new MemoryRoom(seed)
    const founding = room.#context()
    const { address, replica: founder } = await Replica.found({
      ...{ ...founding, visibility: 'public', name: 'Fanout', control: 'everyone' },
      storeFor: () => memoryStore(),
    })
    await room.#enter(founder, founding)
    for (let i = 1; i < count; i++) {
      const context = room.#context()
      const replica = await Replica.open({ ...context, address, store: memoryStore() })
      await replica.ready
      await room.#enter(replica, context)
      await room.pass(1_000 / ARRIVALS_PER_S)
    }
    await room.#time.until(() => room.people.every(({ replica }) => replica.hasGenesis), GATHER_MS)
    await room.pass(10_000)
    return room
  }

  get traffic(): Traffic {
    return { ...this.#sync }
  }

  /** What presence costs, beside `traffic`: heartbeats go on whether anybody writes or not. */
  get presenceTraffic(): Traffic {
    return { ...this.#presence }
  }

  /** Links that peers have: fewest, mean, most. */
  get links(): { readonly least: number; readonly mean: number; readonly most: number } {
    const counts = this.people.map(({ membership }) => membership.links.size)
    const mean = round(counts.reduce((sum, count) => sum + count, 0) / counts.length)
    return { least: Math.min(...counts), mean, most: Math.max(...counts) }
  }

  nowMs(): number {
    return this.#time.nowMs()
  }

  pass(ms: number): Promise<void> {
    return this.#time.advance(ms)
  }

  vanish(person: Listener): void {
    this.#network.crash(person.peer)
    this.#gone.add(person.peer)
    this.people = this.people.filter((other) => other !== person)
    void person.replica.close()
    void person.presence.close()
  }

  async close(): Promise<void> {
    await Promise.all(this.people.map(({ membership }) => membership.leave()))
    await Promise.all(this.people.flatMap(({ replica, presence }) => [replica.close(), presence.close()]))
  }

  #context(): Context {
    const random = forkRandom(this.#random)
    return {
      ...{
        signer: nodeSigner(random),
        crypto: judgedOnce(nodeCrypto(random), this.#judged),
        scheduler: this.#time,
        random,
      },
      roomNow: () => this.#time.wallMs(),
    }
  }

  async #enter(replica: Replica, { signer, crypto, scheduler }: Context): Promise<void> {
    const { address } = replica
    const presence = await Presence.open({ address, signer, crypto, scheduler, initial: shown(this.#time.wallMs()) })
    const membership = this.#network.transport().join(replica.address, signer)
    const person: Listener = {
      ...{ peer: signer.peer, replica, presence, membership },
      write: (text) => replica.write('message', { text }),
    }
    replica.onRecords((records) => {
      for (const { kind, body } of records) if (kind === 'message') this.onText(person, body.text, this.nowMs())
    })
    membership.onLink((link) => {
      const [sync, notes] = [link.channel('sync'), link.channel('presence')]
      const saidElsewhere = (author: PeerId): boolean | undefined => presence.saidElsewhere(link.peer, author)
      link.onClose(replica.connect(link.peer, this.#counted(signer.peer, sync, this.#sync), saidElsewhere))
      link.onClose(presence.connect(link.peer, this.#counted(signer.peer, notes, this.#presence)))
    })
    this.people = [...this.people, person]
  }

  #counted(owner: PeerId, channel: Channel, sum: { messages: number; bytes: number }): MessagePort {
    return {
      send: (message) => {
        if (!this.#gone.has(owner)) {
          sum.messages++
          sum.bytes += message.length
        }
        return channel.send(message)
      },
      onMessage: (listener) => channel.onMessage(listener),
    }
  }
}

const shown = (joinedAtMs: number): PresenceState => ({
  ...{
    name: 'Quiet Otter',
    face: 'bench',
    listening: true,
    typing: false,
    joinedAtMs,
    neighbours: 8,
    epoch: null,
    readyMs: 40,
  },
})
