import { limits } from '../../../src/domain/limits.ts'
import {
  check,
  equal,
  sameBytes,
  pattern,
  pair,
  leaveAll,
  never,
  outcome,
  throwsRangeError,
  type ComplianceCase,
} from './env.ts'

/** What channels carry. */
export const channelCases: readonly ComplianceCase[] = [
  {
    id: 'NET-5',
    title: 'reliable channels keep order and bytes, each by itself, both ways',
    async run(env) {
      const { roomA, roomB, linkA, linkB } = await pair(env)
      const sizes = [0, 1, 2, 100, 1_200, 16_384, 70_000, 3, 300_000, 5]
      const names = ['sync', 'presence', 'media', 'signals'] as const
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
