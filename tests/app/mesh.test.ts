import { describe, expect, it } from 'vitest'
import { Mesh } from '../../src/app/session/mesh.ts'
import type { PeerId, RoomId } from '../../src/domain/ids.ts'
import { Listeners } from '../../src/domain/listeners.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import type { CloseReason, Link, TransportName } from '../../src/net/link.ts'
import type { Elsewhere, Transport } from '../../src/net/transport.ts'
import { nodeSigner } from '../support/node-crypto.ts'
import { fakeHash } from '../support/records.ts'

/** A network that links when it is told to. */
class HandNetwork {
  elsewhere: Elsewhere | undefined
  left = 0
  readonly transport: Transport
  readonly #onLink = new Listeners<[link: Link]>()
  readonly #name: TransportName
  #count = 0

  constructor(name: TransportName) {
    this.#name = name
    this.transport = {
      name,
      join: (_room, _signer, elsewhere) => {
        this.elsewhere = elsewhere
        return {
          links: new Set(),
          status: { state: 'meeting' },
          attempts: 0,
          onLink: (listener) => this.#onLink.add(listener),
          onStatus: () => () => {},
          leave: async () => void this.left++,
        }
      },
    }
  }

  link(peer: PeerId, session: string): Link & { readonly closedBecause: CloseReason | null } {
    const onClose = new Listeners<[reason: CloseReason]>()
    const link = {
      ...{ peer, session, transport: this.#name, relayed: false, id: `${this.#name} ${this.#count++}` },
      closedBecause: null as CloseReason | null,
      get closed(): boolean {
        return this.closedBecause !== null
      },
      channel: () => expect.unreachable(),
      close(reason: CloseReason) {
        if (this.closedBecause !== null) return
        this.closedBecause = reason
        onClose.tell(reason)
      },
      onClose: (listener: (reason: CloseReason) => void) => onClose.add(listener),
    }
    this.#onLink.tell(link)
    return link
  }
}

function meshOver(...networks: HandNetwork[]) {
  const attached = new Set<string>()
  const mesh = new Mesh({
    transports: networks.map(({ transport }) => transport),
    room: { room: fakeHash<RoomId>(1) },
    signer: nodeSigner(seededRandom(1)),
    services: [
      (link) => {
        attached.add(link.id)
        return () => attached.delete(link.id)
      },
    ],
    gossiping: [],
    refuses: () => false,
    onChange: () => {},
  })
  return { mesh, attached }
}

const ben = nodeSigner(seededRandom(2)).peer
const cara = nodeSigner(seededRandom(3)).peer

describe('mesh over two networks', () => {
  it('[APP-40] has one link to a page, the direct one, whichever came first', () => {
    const [direct, fallback] = [new HandNetwork('webrtc'), new HandNetwork('libp2p')]
    const { mesh, attached } = meshOver(direct, fallback)
    const early = fallback.link(ben, 'page')
    expect([...attached]).toEqual([early.id])
    const better = direct.link(ben, 'page')
    expect([early.closedBecause, [...attached], mesh.links.size]).toEqual(['replaced', [better.id], 1])
    const late = fallback.link(ben, 'page')
    expect([late.closedBecause, [...attached]]).toEqual(['replaced', [better.id]])
    const impostor = fallback.link(cara, 'page')
    expect([impostor.closedBecause, fallback.elsewhere?.has('page', cara)]).toEqual([null, false])
    impostor.close('left')
    const otherTab = fallback.link(ben, 'other page')
    expect([otherTab.closedBecause, attached.size]).toEqual([null, 2])
  })

  it('[APP-40] tells the other network who has a direct link, and when it has ended', () => {
    const [direct, fallback] = [new HandNetwork('webrtc'), new HandNetwork('libp2p')]
    const { mesh } = meshOver(direct)
    mesh.join(fallback.transport)
    const freed: string[] = []
    fallback.elsewhere?.onFreed((session) => freed.push(session))
    const first = direct.link(ben, 'page')
    const second = direct.link(ben, 'page')
    expect([fallback.elsewhere?.count, fallback.elsewhere?.has('page'), direct.elsewhere]).toEqual([2, true, undefined])
    first.close('replaced')
    expect(freed).toEqual([])
    second.close('lost')
    expect([freed, fallback.elsewhere?.has('page')]).toEqual([['page'], false])
  })

  it('[APP-40] joins no network any more once the room was left', async () => {
    const [direct, fallback] = [new HandNetwork('webrtc'), new HandNetwork('libp2p')]
    const { mesh } = meshOver(direct)
    await mesh.leave()
    mesh.join(fallback.transport)
    expect([direct.left, fallback.elsewhere, mesh.transports.map(({ name }) => name)]).toEqual([
      1,
      undefined,
      ['webrtc'],
    ])
  })
})
