/** Some peers of a swarm in a process of their own, led by swarm.ts over IPC: to kill it is how peers vanish. */
import { join } from 'node:path'
import type { RoomAddress } from '../../../src/domain/address.ts'
import { seededRandom } from '../../../src/net/memory/seeded-random.ts'
import { projectRoot } from '../../../tests/support/tool.ts'
import { heapMb } from '../figures.ts'
import { earshotMember } from './earshot.ts'
import type { Ears, Member } from './member.ts'
import { plainMember } from './plain.ts'

export interface Arrival {
  readonly member: number
  readonly text: string
  readonly atMs: number
}

export interface State {
  readonly hosts: readonly string[]
  readonly links: readonly number[]
  readonly ready: boolean
}

export interface Harvest {
  readonly arrivals: readonly Arrival[]
  readonly messages: number
  readonly bytes: number
}

const members: Member[] = []
let arrivals: Arrival[] = []
let messages = 0
let bytes = 0

function sent(length: number): void {
  messages++
  bytes += length
}

/** The same for all processes of this machine, ms. */
const nowMs = (): number => performance.timeOrigin + performance.now()

const earsOf = (member: number): Ears => ({
  sent,
  heard: (text) => void arrivals.push({ member, text, atMs: nowMs() }),
})

/** What gossipsub sends, each RPC one message, seen where it hands them to libp2p. */
async function countGossip(): Promise<void> {
  const file = join(projectRoot, 'node_modules/@libp2p/gossipsub/dist/src/stream.js')
  const { OutboundStream } = (await import(file)) as {
    OutboundStream: { prototype: { pushPrefixed(data: { byteLength: number }): void } }
  }
  const { pushPrefixed } = OutboundStream.prototype
  OutboundStream.prototype.pushPrefixed = function (data) {
    sent(data.byteLength)
    pushPrefixed.call(this, data)
  }
}

/** What swarm.ts may ask for. */
const calls = {
  async join(
    kind: 'earshot' | 'plain',
    url: string,
    seed: number,
    address: RoomAddress | null,
  ): Promise<RoomAddress | null> {
    const ears = earsOf(members.length)
    if (kind === 'plain') {
      members.push(await plainMember(url, seededRandom(seed), ears))
      return null
    }
    const member = await earshotMember(url, address, seededRandom(seed), ears)
    members.push(member)
    return member.address
  },
  async meet(member: number, hosts: readonly string[]): Promise<void> {
    await members[member]?.meet(hosts)
  },
  state: (): State => ({
    hosts: members.map(({ host }) => host),
    links: members.map(({ links }) => links),
    ready: members.every(({ ready }) => ready),
  }),
  async write(member: number, text: string): Promise<void> {
    await members[member]?.write(text)
  },
  harvest(): Harvest {
    const harvest = { arrivals, messages, bytes }
    arrivals = []
    return harvest
  },
  heapMb,
  cpuMs(): number {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1_000
  },
}
export type Calls = typeof calls

await countGossip()
process.on('message', ({ id, name, args }: { id: number; name: keyof Calls; args: never[] }) => {
  const call = calls[name] as (...args: never[]) => unknown
  Promise.resolve(call(...args)).then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
process.send?.({ id: 0 })
