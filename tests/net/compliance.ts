import type { RoomAddress } from '../../src/domain/address.ts'
import type { PeerId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import type { CloseReason, Link } from '../../src/net/link.ts'
import type { Membership, TransportStatus } from '../../src/net/transport.ts'

/**
 * What every network must do, whichever it is. No test library in here: the same cases run under Vitest over the memory network and
 * inside browsers over WebRTC. A case throws when the network breaks its rule.
 */
export interface ComplianceCase {
  /** Rule in docs/spec/net.md. */
  readonly id: `NET-${number}`
  readonly title: string
  run(env: ComplianceEnv): Promise<void>
}

/** One person's device, in one room or in none. */
export interface CompliancePeer {
  readonly peer: PeerId
  join(room: RoomAddress): Membership
  /** Joins under this peer's name without holding its key. Absent where the adapter cannot forge. */
  joinAsImpostor?(room: RoomAddress): Membership
}

export interface ComplianceEnv {
  /** A device with a fresh key. Listener errors must go to `reported`. */
  createPeer(): Promise<CompliancePeer>
  /** A fresh room: no two calls give the same. */
  createRoom(): RoomAddress
  /** Lets time pass until `condition` holds; rejects after the adapter's limit (above 20 s of its time), naming `what`. */
  until(what: string, condition: () => boolean): Promise<void>
  /** Lets `ms` pass, for what must *not* happen. */
  pause(ms: number): Promise<void>
  /** Errors that listeners threw and the transport reported. */
  readonly reported: readonly unknown[]
}

class ComplianceError extends Error {
  override name = 'ComplianceError'
}

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new ComplianceError(what)
}

const equal = (actual: unknown, expected: unknown, what: string): void =>
  check(actual === expected, `${what}: expected ${String(expected)}, got ${String(actual)}`)

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

/** Bytes that differ by `tag` and at every place. */
function pattern(length: number, tag: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 17 + tag * 101) & 0xff
  return bytes
}

const firstLink = (membership: Membership): Link => {
  const [link] = membership.links
  check(link !== undefined, 'there is a link')
  return link
}

interface Pair {
  readonly room: RoomAddress
  readonly a: CompliancePeer
  readonly b: CompliancePeer
  readonly roomA: Membership
  readonly roomB: Membership
  readonly linkA: Link
  readonly linkB: Link
}

async function pair(env: ComplianceEnv): Promise<Pair> {
  const room = env.createRoom()
  const [a, b] = [await env.createPeer(), await env.createPeer()]
  const [roomA, roomB] = [a.join(room), b.join(room)]
  await env.until('two peers of one room are linked', () => roomA.links.size === 1 && roomB.links.size === 1)
  return { room, a, b, roomA, roomB, linkA: firstLink(roomA), linkB: firstLink(roomB) }
}

const leaveAll = async (...memberships: Membership[]): Promise<void> => {
  await Promise.all(memberships.map((membership) => membership.leave()))
}

const never = (): AbortSignal => new AbortController().signal

export const complianceCases: readonly ComplianceCase[] = [
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
    id: 'NET-5',
    title: 'reliable channels keep order and bytes, each by itself, both ways',
    async run(env) {
      const { roomA, roomB, linkA, linkB } = await pair(env)
      const sizes = [0, 1, 2, 100, 1_200, 16_384, 70_000, 3, 300_000, 5]
      const names = ['sync', 'presence', 'media'] as const
      const streams = names.flatMap((name) => [
        { name, from: linkA, to: linkB },
        { name, from: linkB, to: linkA },
      ])
      const heard = streams.map(({ name, to }) => {
        const messages: Uint8Array[] = []
        to.channel(name).onMessage((bytes) => messages.push(bytes.slice()))
        return messages
      })
      sizes.forEach((size, i) => {
        for (const [s, { name, from }] of streams.entries()) from.channel(name).send(pattern(size, i * 7 + s))
      })
      await env.until('all messages came', () => heard.every((messages) => messages.length >= sizes.length))
      heard.forEach((messages, s) =>
        sizes.forEach((size, i) =>
          check(sameBytes(messages[i]!, pattern(size, i * 7 + s)), `message ${i} of ${streams[s]!.name} is as sent`),
        ),
      )
      await leaveAll(roomA, roomB)
    },
  },
  {
    id: 'NET-6',
    title: 'a message of limits.messageBytes arrives whole; a larger one throws RangeError and nothing arrives',
    async run(env) {
      const { roomA, roomB, linkA, linkB } = await pair(env)
      const heard: Uint8Array[] = []
      linkB.channel('media').onMessage((bytes) => heard.push(bytes.slice()))
      throwsRangeError(() => linkA.channel('media').send(new Uint8Array(limits.messageBytes + 1)))
      const largest = pattern(limits.messageBytes, 1)
      check(linkA.channel('media').send(largest), 'the largest message is taken')
      check(linkA.channel('media').send(Uint8Array.of(9)), 'a message after it is taken')
      await env.until('both messages came', () => heard.length >= 2)
      check(sameBytes(heard[0]!, largest), 'the largest message is as sent')
      equal(heard[1]!.length, 1, 'size of the message after it')
      await leaveAll(roomA, roomB)
    },
  },
  {
    id: 'NET-7',
    title:
      'with `drained` between them, any number of large messages arrive in order; without it `send` refuses in time',
    async run(env) {
      const { roomA, roomB, linkA, linkB } = await pair(env)
      const media = linkA.channel('media')
      const sizes: number[] = []
      const tags: (number | undefined)[] = []
      linkB.channel('media').onMessage((bytes) => {
        sizes.push(bytes.length)
        tags.push(bytes[0])
      })
      const count = 40
      const largeBytes = 512 * 1024
      let done = false
      const send = async (): Promise<void> => {
        const message = new Uint8Array(largeBytes)
        for (let i = 0; i < count; i++) {
          message[0] = i
          while (!media.send(message)) await media.drained(never())
          check(media.bufferedBytes <= limits.channelBufferBytes, 'what is held back stays within its limit')
          if (media.bufferedBytes > limits.channelLowWaterBytes) await media.drained(never())
        }
        done = true
      }
      const sending = send()
      await env.until('everything came', () => done && sizes.length >= count)
      await sending
      check(
        sizes.every((size) => size === largeBytes),
        'every message is whole',
      )
      check(
        tags.every((tag, i) => tag === i),
        'every message is in order',
      )
      await env.until('the buffer is empty', () => media.bufferedBytes === 0)
      // 20 times the buffer at once, with no turn given to the network: some must be refused.
      let refused = 0
      const most = new Uint8Array(limits.messageBytes)
      for (let sent = 0; sent < 20 * limits.channelBufferBytes; sent += most.length) if (!media.send(most)) refused++
      check(refused > 0, 'a sender that does not wait is refused')
      await leaveAll(roomA, roomB)
    },
  },
  {
    id: 'NET-8',
    title:
      'clock datagrams up to limits.datagramBytes come with the time of their arrival; larger ones throw RangeError',
    async run(env) {
      const { roomA, roomB, linkA, linkB } = await pair(env)
      const heard: { bytes: Uint8Array; atMs: number }[] = []
      linkB.channel('clock').onMessage((bytes, atMs) => heard.push({ bytes: bytes.slice(), atMs }))
      throwsRangeError(() => linkA.channel('clock').send(new Uint8Array(limits.datagramBytes + 1)))
      const datagram = pattern(limits.datagramBytes, 3)
      // Datagrams may be lost: sent again until one comes.
      await env.until('a datagram came', () => heard.length > 0 || (linkA.channel('clock').send(datagram), false))
      const first = heard[0]!
      check(sameBytes(first.bytes, datagram), 'the datagram is as sent')
      check(Number.isFinite(first.atMs), 'the time of arrival is a number')
      await env.pause(300)
      const before = heard.length
      await env.until('a later one came', () => heard.length > before || (linkA.channel('clock').send(datagram), false))
      const last = heard.at(-1)!
      check(last.atMs >= first.atMs + 200 && last.atMs < first.atMs + 60_000, 'times of arrival are local milliseconds')
      await leaveAll(roomA, roomB)
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
    id: 'NET-12',
    title: 'a listener is told nothing after it unsubscribed, and links that stand are told at once',
    async run(env) {
      const { room, roomA, roomB, linkA, linkB } = await pair(env)
      const early: Link[] = []
      roomA.onLink((link) => early.push(link))
      check(early.length === 1 && early[0] === linkA, 'the standing link is told at once')
      let kept = 0
      let gone = 0
      const stop = [
        linkB.channel('sync').onMessage(() => gone++),
        linkB.onClose(() => gone++),
        roomB.onStatus(() => gone++),
      ]
      linkB.channel('sync').onMessage(() => kept++)
      for (const unsubscribe of stop) unsubscribe()
      const stopLinks = roomB.onLink(() => gone++)
      equal(gone, 1, 'links told at once')
      stopLinks()
      linkA.channel('sync').send(Uint8Array.of(1))
      await env.until('the message came', () => kept === 1)
      const third = (await env.createPeer()).join(room)
      await env.until('a third is linked', () => third.links.size === 2)
      await leaveAll(roomA, roomB, third)
      equal(gone, 1, 'calls after unsubscribing')
    },
  },
  {
    id: 'NET-13',
    title: 'a listener that throws keeps no other from being told, and its error is reported',
    async run(env) {
      const { roomA, roomB, linkA, linkB } = await pair(env)
      const reportedBefore = env.reported.length
      let heard = 0
      let closed = 0
      linkB.channel('sync').onMessage(() => {
        throw new Error('thrown by a listener, on purpose')
      })
      linkB.channel('sync').onMessage(() => heard++)
      linkB.onClose(() => {
        throw new Error('thrown by a listener, on purpose')
      })
      linkB.onClose(() => closed++)
      linkA.channel('sync').send(Uint8Array.of(1))
      linkA.channel('sync').send(Uint8Array.of(2))
      await env.until('both messages came', () => heard === 2)
      await roomA.leave()
      await env.until('the close came', () => closed === 1)
      await env.until('the errors were reported', () => env.reported.length - reportedBefore >= 3)
      await leaveAll(roomB)
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
    id: 'NET-15',
    title:
      '`drained` resolves at once when little is held back, and rejects with AbortError on its signal or when the link closes',
    async run(env) {
      const { roomA, roomB, linkA } = await pair(env)
      const media = linkA.channel('media')
      await media.drained(never())
      const most = new Uint8Array(limits.messageBytes)
      const fill = (): void => {
        while (media.send(most));
      }
      fill()
      check(media.bufferedBytes > limits.channelLowWaterBytes, 'much is held back')
      const abort = new AbortController()
      const aborted = outcome(media.drained(abort.signal))
      abort.abort()
      equal(await aborted, 'AbortError', 'outcome of an aborted wait')
      equal(await outcome(media.drained(abort.signal)), 'AbortError', 'outcome of a wait aborted before')
      fill()
      const closed = outcome(media.drained(never()))
      linkA.close('left')
      equal(await closed, 'AbortError', 'outcome of a wait on a link that closes')
      equal(await outcome(media.drained(never())), 'AbortError', 'outcome of a wait on a closed link')
      await leaveAll(roomA, roomB)
    },
  },
  {
    id: 'NET-16',
    title: 'a sender may reuse its buffer at once',
    async run(env) {
      const { roomA, roomB, linkA, linkB } = await pair(env)
      const heard: number[] = []
      linkB.channel('sync').onMessage((bytes) => heard.push(bytes[0]!))
      const buffer = new Uint8Array(2_000)
      for (let i = 0; i < 5; i++) linkA.channel('sync').send(buffer.fill(i))
      buffer.fill(99)
      await env.until('all came', () => heard.length === 5)
      equal(heard.join(), '0,1,2,3,4', 'what was heard')
      await leaveAll(roomA, roomB)
    },
  },
]

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

function throwsRangeError(action: () => unknown): void {
  try {
    action()
  } catch (error) {
    check(error instanceof RangeError, `a RangeError is thrown, not ${String(error)}`)
    return
  }
  throw new ComplianceError('a RangeError is thrown')
}

const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof Error || error instanceof DOMException ? error.name : String(error)),
  )

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
