import type { RoomAddress } from '../../../src/domain/address.ts'
import type { CloseReason } from '../../../src/net/link.ts'
import type { TransportStatus } from '../../../src/net/transport.ts'
import { check, equal, firstLink, pair, leaveAll, type ComplianceCase } from './env.ts'

/** Who meets whom, and how it ends. */
export const meetingCases: readonly ComplianceCase[] = [
  {
    id: 'NET-1',
    title: 'two peers of one room get one link to each other, named by the proven key',
    async run(env) {
      const { a, b, roomA, roomB, linkA, linkB } = await pair(env)
      equal(linkA.peer, b.peer, "a's link names b")
      equal(linkB.peer, a.peer, "b's link names a")
      check(!linkA.closed && !linkB.closed, 'both ends are open')
      await env.pause(500)
      check(roomA.links.size === 1 && roomB.links.size === 1, 'there is still exactly one link')
      await leaveAll(roomA, roomB)
    },
  },
  {
    id: 'NET-2',
    title: 'peers of different rooms, or of one room with different secrets, do not meet',
    async run(env) {
      const { room, roomA, roomB } = await pair(env)
      const other = env.createRoom()
      const secret = env.createRoom().room as unknown as NonNullable<RoomAddress['secret']>
      const [c, d] = [await env.createPeer(), await env.createPeer()]
      const [roomC, roomD] = [c.join(other), d.join({ room: room.room, secret })]
      await env.pause(2_000)
      equal(roomC.links.size, 0, 'links of the peer in another room')
      equal(roomD.links.size, 0, 'links of the peer with another secret')
      equal(roomA.links.size, 1, 'links of the first peer')
      await leaveAll(roomA, roomB, roomC, roomD)
    },
  },
  {
    id: 'NET-3',
    title: 'a peer that does not hold the key it names gets no link',
    async run(env) {
      const room = env.createRoom()
      const [a, b] = [await env.createPeer(), await env.createPeer()]
      if (b.joinAsImpostor === undefined) return
      const [roomA, roomB] = [a.join(room), b.joinAsImpostor(room)]
      let told = 0
      roomA.onLink(() => told++)
      await env.pause(2_000)
      equal(roomA.links.size, 0, 'links to the impostor')
      equal(told, 0, 'links told')
      await leaveAll(roomA, roomB)
    },
  },
  {
    id: 'NET-4',
    title: 'what is sent on every link reaches every linked peer, once, from the right sender',
    async run(env) {
      const room = env.createRoom()
      const peers = [await env.createPeer(), await env.createPeer(), await env.createPeer()]
      const rooms = peers.map((peer) => peer.join(room))
      const heard: string[] = []
      rooms.forEach((membership, i) =>
        membership.onLink((link) =>
          link.channel('sync').onMessage((bytes) => heard.push(`${i} hears ${link.peer}: ${bytes[0]}`)),
        ),
      )
      await env.until('three peers are all linked', () => rooms.every((membership) => membership.links.size === 2))
      rooms.forEach((membership, i) => {
        for (const link of membership.links) check(link.channel('sync').send(Uint8Array.of(i)), 'a send is taken')
      })
      await env.until('six messages came', () => heard.length >= 6)
      await env.pause(200)
      const expected = [0, 1, 2].flatMap((to) =>
        [0, 1, 2].filter((from) => from !== to).map((from) => `${to} hears ${peers[from]!.peer}: ${from}`),
      )
      equal(heard.toSorted().join('\n'), expected.toSorted().join('\n'), 'what was heard')
      await leaveAll(...rooms)
    },
  },
  {
    id: 'NET-14',
    title: "status goes from 'connecting' to 'meeting', and to 'left' at the end",
    async run(env) {
      const room = env.createRoom()
      const membership = (await env.createPeer()).join(room)
      equal(membership.status.state, 'connecting', 'status at first')
      const seen: TransportStatus['state'][] = []
      membership.onStatus((status) => seen.push(status.state))
      await env.until('the meeting point is reached', () => membership.status.state === 'meeting')
      await env.pause(500)
      equal(membership.links.size, 0, 'links of someone alone')
      equal(membership.attempts, 0, 'attempts of someone alone')
      await membership.leave()
      equal(seen.join(), 'meeting,left', 'statuses told')
    },
  },
  {
    id: 'NET-11',
    title: 'who leaves and comes back gets a new link that works',
    async run(env) {
      const { room, a, roomA, roomB, linkA, linkB } = await pair(env)
      await roomA.leave()
      await env.until('the other side knows', () => linkB.closed)
      const again = a.join(room)
      await env.until('both are linked again', () => again.links.size === 1 && roomB.links.size === 1)
      const [here, there] = [firstLink(again), firstLink(roomB)]
      check(here !== linkA && there !== linkB, 'the links are new')
      check(here.id !== linkA.id, 'the id of the link is new')
      equal(there.peer, a.peer, 'the peer is the same')
      let heard = 0
      there.channel('sync').onMessage(() => heard++)
      check(here.channel('sync').send(Uint8Array.of(1)), 'a send is taken')
      await env.until('the message came', () => heard === 1)
      await leaveAll(again, roomB)
    },
  },
  {
    id: 'NET-10',
    title: "leaving closes all links with 'left' on both sides, promptly; afterwards nothing is sent or told",
    async run(env) {
      const { room, roomA, roomB, linkA, linkB } = await pair(env)
      let reasonA: CloseReason | null = null
      let reasonB: CloseReason | null = null
      let told = 0
      linkA.onClose((reason) => (reasonA = reason))
      linkB.onClose((reason) => (reasonB = reason))
      linkA.channel('sync').onMessage(() => told++)
      const channelB = linkB.channel('sync')
      await roomA.leave()
      roomA.onLink(() => told++)
      equal(reasonA, 'left', 'reason here')
      equal(roomA.links.size, 0, 'links here')
      equal(roomA.status.state, 'left', 'status here')
      channelB.send(Uint8Array.of(1))
      let passedMs = 0
      for (; reasonB === null && passedMs < 3_000; passedMs += 50) await env.pause(50)
      equal(reasonB, 'left', 'reason there within 3 s')
      const third = (await env.createPeer()).join(room)
      await env.until('the one who stayed meets a third', () => third.links.size === 1)
      await env.pause(500)
      equal(told, 0, 'messages and links told after leaving')
      equal(third.links.size, 1, 'links of the third')
      await roomA.leave()
      await leaveAll(roomB, third)
    },
  },
  {
    id: 'NET-9',
    title: 'a closed link tells its reason once, takes nothing more and is gone from the links of both sides',
    async run(env) {
      const { roomA, roomB, linkA, linkB } = await pair(env)
      const reasonsA: CloseReason[] = []
      const reasonsB: CloseReason[] = []
      linkA.onClose((reason) => reasonsA.push(reason))
      linkB.onClose((reason) => reasonsB.push(reason))
      linkA.close('misbehaved')
      linkA.close('left')
      equal(reasonsA.join(), 'misbehaved', 'reasons told here')
      check(linkA.closed && !roomA.links.has(linkA), 'the link is closed here and no longer listed')
      equal(linkA.channel('sync').send(Uint8Array.of(1)), false, 'a send on a closed link')
      equal(linkA.channel('clock').send(Uint8Array.of(1)), false, 'a datagram on a closed link')
      await env.until('the other side knows', () => linkB.closed)
      equal(reasonsB.length, 1, 'times told there')
      check(!roomB.links.has(linkB), 'the link is no longer listed there')
      let late: CloseReason | null = null
      linkA.onClose((reason) => {
        late = reason
      })
      equal(late, 'misbehaved', 'reason told at once to who asks late')
      await leaveAll(roomA, roomB)
    },
  },
]
