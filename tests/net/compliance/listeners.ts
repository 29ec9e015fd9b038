import type { Link } from '../../../src/net/link.ts'
import { check, equal, pair, leaveAll, type ComplianceCase } from './env.ts'

/** Who is told what. */
export const listenerCases: readonly ComplianceCase[] = [
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
]
