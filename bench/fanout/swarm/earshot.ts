import type { RoomAddress } from '../../../src/domain/address.ts'
import type { Random } from '../../../src/domain/scheduler.ts'
import { createLibp2pTransport } from '../../../src/net/libp2p/transport.ts'
import { forkRandom } from '../../../src/net/memory/seeded-random.ts'
import { realScheduler } from '../../../src/platform/scheduler.ts'
import { Replica } from '../../../src/replica/replica.ts'
import { nodeCrypto, nodeSigner } from '../../../tests/support/node-crypto.ts'
import { memoryStore } from '../../../tests/replica/support/memory-store.ts'
import type { Ears, Member } from './member.ts'

export interface EarshotMember extends Member {
  readonly address: RoomAddress
  readonly replica: Replica
  /** Says goodbye and ends everything. */
  leave(): Promise<void>
}

/** A shipped replica on the shipped libp2p transport. Without an address it founds the room. */
export async function earshotMember(
  url: string,
  known: RoomAddress | null,
  random: Random,
  ears: Ears,
): Promise<EarshotMember> {
  const [crypto, signer, scheduler] = [nodeCrypto(random), nodeSigner(random), realScheduler()]
  const context = { signer, crypto, scheduler, random: forkRandom(random), roomNow: () => scheduler.wallMs() }
  const { address, replica } =
    known === null
      ? await Replica.found({
          ...{ ...context, visibility: 'public', name: 'Fanout', control: 'everyone' },
          storeFor: () => memoryStore(),
        })
      : { address: known, replica: await Replica.open({ ...context, address: known, store: memoryStore() }) }
  await replica.ready
  const session = crypto.randomBytes(16)
  const transport = createLibp2pTransport({ relayUrls: [url], crypto, scheduler, random: forkRandom(random), session })
  const membership = transport.join(address, signer)
  if (membership.gossip !== undefined) replica.gossip(membership.gossip.channel('sync'))
  membership.onLink((link) => {
    const channel = link.channel('sync')
    const stop = replica.connect(link.peer, {
      send(message) {
        ears.sent(message.length)
        return channel.send(message)
      },
      onMessage: (listener) => channel.onMessage(listener),
    })
    link.onClose(stop)
  })
  replica.onRecords((records) => {
    for (const { kind, body } of records) if (kind === 'message') ears.heard(body.text)
  })
  return {
    address,
    replica,
    host: '',
    get links() {
      return membership.links.size
    },
    get ready() {
      return replica.hasGenesis && membership.links.size > 0
    },
    write: (text) => replica.write('message', { text }),
    meet: () => Promise.resolve(),
    async leave() {
      await membership.leave()
      await replica.close()
    },
  }
}
