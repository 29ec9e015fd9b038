import type { RoomAddress } from '../../../src/domain/address.ts'
import type { Signer } from '../../../src/domain/crypto.ts'
import type { PeerId } from '../../../src/domain/ids.ts'
import type { Visibility } from '../../../src/domain/record.ts'
import type { Random } from '../../../src/domain/scheduler.ts'
import { forkRandom, seededRandom } from '../../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../../src/net/memory/virtual-time.ts'
import type { MessagePort } from '../../../src/replica/port.ts'
import { Replica } from '../../../src/replica/replica.ts'
import { nodeCrypto, nodeSigner } from '../../support/node-crypto.ts'
import { memoryStore } from './memory-store.ts'
import { wire, type Wire } from './pump.ts'

export interface Member {
  readonly signer: Signer
  readonly replica: Replica
  readonly store: ReturnType<typeof memoryStore>
  readonly problems: Error[]
  /** Who misbehaved towards this member, and how. */
  readonly complaints: { readonly peer: PeerId; readonly why: string; readonly points: number }[]
}

interface Cable {
  readonly between: readonly Member[]
  /** Nothing goes through any more, and nobody notices. */
  readonly silence: () => void
  readonly cut: () => void
}

/** Several replicas of one room in virtual time. */
export class TestRoom {
  readonly time = new VirtualTime({ turn: () => new Promise((done) => setImmediate(done)) })
  readonly random: Random
  readonly members: Member[] = []
  /** Every message that went over any wire, in order. */
  readonly heard: Uint8Array[] = []
  address!: RoomAddress
  readonly #cables: Cable[] = []

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  static async found(seed: number, visibility: Visibility = 'public'): Promise<TestRoom> {
    const room = new TestRoom(seed)
    const context = room.context()
    const store = memoryStore()
    const { address, replica } = await Replica.found({
      ...context.options,
      visibility,
      name: 'Kitchen',
      control: 'everyone',
      storeFor: () => store,
    })
    room.address = address
    room.join(replica, context, store)
    return room
  }

  context(signer: Signer = nodeSigner(this.random)) {
    const problems: Error[] = []
    const random = forkRandom(this.random)
    const options = {
      signer,
      crypto: nodeCrypto(random),
      scheduler: this.time,
      random,
      roomNow: () => this.time.wallMs(),
      onProblem: (problem: Error) => problems.push(problem),
    }
    return { options, problems }
  }

  /** Another member, who knows nothing yet but the link (and what is in the store). */
  async enter(signer?: Signer, store = memoryStore(), address = this.address): Promise<Member> {
    const context = this.context(signer)
    const replica = await Replica.open({ ...context.options, address, store })
    await replica.ready
    return this.join(replica, context, store)
  }

  /** Links two members; the result cuts the wire. */
  link(a: Member, b: Member): Wire['cut'] {
    const cable = this.wire()
    const ends = [
      a.replica.connect(b.signer.peer, cable.ends[0]),
      b.replica.connect(a.signer.peer, cable.ends[1]),
    ] as const
    const cut = (): void => {
      cable.cut()
      for (const disconnect of ends) disconnect()
    }
    this.#cables.push({ between: [a, b], silence: cable.cut, cut })
    return cut
  }

  /** Ends a member without a goodbye. The result is what the others do once they notice. */
  crash(member: Member): () => void {
    const those = this.#cables.filter(({ between }) => between.includes(member))
    for (const { silence } of those) silence()
    this.members.splice(this.members.indexOf(member), 1)
    void member.replica.close()
    return () => {
      for (const { cut } of those) cut()
    }
  }

  /** A link whose other end the test speaks for. */
  hostile(member: Member, peer: PeerId): MessagePort {
    const cable = this.wire()
    member.replica.connect(peer, cable.ends[0])
    return cable.ends[1]
  }

  mesh(): void {
    this.members.forEach((a, i) => this.members.slice(i + 1).forEach((b) => this.link(a, b)))
  }

  async digests(): Promise<ReadonlySet<string>> {
    const digests = new Set(await Promise.all(this.members.map(({ replica }) => replica.digest())))
    // What people compare knows nothing of proofs, and is equal wherever this is.
    const shown = new Set(this.members.map(({ replica }) => replica.diagnostics().digest))
    if (shown.size > digests.size) throw new Error(`${digests.size} digests, and ${shown.size} are shown`)
    return digests
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map(({ replica }) => replica.close()))
  }

  wire(): Wire {
    return wire(this.time, this.random, (message) => this.heard.push(message))
  }

  private join(
    replica: Replica,
    { options, problems }: ReturnType<TestRoom['context']>,
    store: Member['store'],
  ): Member {
    const complaints: Member['complaints'] = []
    replica.onMisbehaviour((peer, why, points) => complaints.push({ peer, why, points }))
    const member = { signer: options.signer, replica, store, problems, complaints }
    this.members.push(member)
    return member
  }
}
