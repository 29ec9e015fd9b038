import type { PeerId } from '../../../src/domain/ids.ts'
import { limits } from '../../../src/domain/limits.ts'
import type { Membership } from '../../../src/net/transport.ts'
import { check, equal, leaveAll, type ComplianceCase } from './env.ts'

/** Cases with more peers than a pair of browsers is asked to carry. */
export const crowdCases: readonly ComplianceCase[] = [
  {
    id: 'NET-17',
    title: 'in a crowd neighbours stay bounded, nobody is left out, and a newcomer gets in',
    async run(env) {
      const room = env.createRoom()
      const most = limits.neighbours + limits.neighboursSlack
      const peers: PeerId[] = []
      const rooms: Membership[] = []
      const enter = async (): Promise<void> => {
        const peer = await env.createPeer()
        peers.push(peer.peer)
        rooms.push(peer.join(room))
      }
      for (let i = 0; i < most + 6; i++) await enter()
      const withinBounds = (): boolean => rooms.every(({ links }) => links.size > 0 && links.size <= most)
      await env.until('everyone has a neighbour', withinBounds)
      await env.pause(5_000)
      check(withinBounds(), `everyone has 1 to ${most} neighbours`)
      equal(reachable(peers, rooms), rooms.length, 'peers that hang together')
      await enter()
      await env.until('the newcomer is linked', () => rooms.at(-1)!.links.size > 0)
      check(
        rooms.every(({ links }) => links.size <= most),
        `nobody has more than ${most} neighbours`,
      )
      await leaveAll(...rooms)
    },
  },
  {
    id: 'NET-18',
    title: 'who loses neighbours finds others without being told',
    async run(env) {
      const room = env.createRoom()
      const count = limits.neighbours + limits.neighboursSlack + 4
      const rooms: Membership[] = []
      for (let i = 0; i < count; i++) rooms.push((await env.createPeer()).join(room))
      await env.until('everyone has neighbours', () => rooms.every(({ links }) => links.size >= 4))
      const stays = rooms[0]!
      const before = new Set(stays.links)
      for (const link of before) link.close('lost')
      await env.until('new neighbours were found', () => stays.links.size >= 3)
      check(
        [...stays.links].every((link) => !before.has(link)),
        'the links are new',
      )
      await leaveAll(...rooms)
    },
  },
  {
    id: 'NET-19',
    title: 'what is said while a link is told arrives, whichever side is told first',
    async run(env) {
      const room = env.createRoom()
      const heard: string[] = []
      const rooms: Membership[] = []
      for (const name of ['a', 'b']) {
        const membership = (await env.createPeer()).join(room)
        membership.onLink((link) => {
          link.channel('media').onMessage(() => heard.push(name))
          check(link.channel('media').send(Uint8Array.of(1)), `${name} may speak while it is told`)
        })
        rooms.push(membership)
      }
      await env.until('both heard the other', () => heard.includes('a') && heard.includes('b'))
      equal(heard.length, 2, 'messages heard')
      await leaveAll(...rooms)
    },
  },
]

/** How many peers hang together with the first, directly or over others. */
function reachable(peers: readonly PeerId[], rooms: readonly Membership[]): number {
  const found = new Set<PeerId>()
  const follow = (peer: PeerId): void => {
    if (found.has(peer)) return
    found.add(peer)
    for (const link of rooms[peers.indexOf(peer)]?.links ?? []) follow(link.peer)
  }
  follow(peers[0]!)
  return found.size
}
