import { yamux } from '@chainsafe/libp2p-yamux'
import { multiaddrConnectionPair } from '@libp2p/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thriftyYamux } from '../../../src/net/libp2p/thrifty-yamux.ts'

type Factory = ReturnType<typeof yamux>
type Stream = Awaited<ReturnType<ReturnType<ReturnType<Factory>['createStreamMuxer']>['createStream']>>
type Bytes = Parameters<Stream['send']>[0]

const KIB = 1024
const initialWindow = 256 * KIB
/** Of a frame (hashicorp/yamux, spec.md). */
const headerBytes = 12
const windowUpdate = 1
const openings = 0x1 | 0x2

/** A stream from one side to another, and by how much the latter enlarged its window with each update but the one that opens the stream. */
async function streamBetween(caller: Factory, called: Factory, rttMs = -1) {
  const [outbound, inbound] = multiaddrConnectionPair({ capacity: 1_000_000 })
  const updates: number[] = []
  const send = inbound.send.bind(inbound)
  inbound.send = (data: Bytes) => {
    // Each frame is sent by itself.
    const header = new DataView(Uint8Array.from(data.subarray(0, headerBytes)).buffer)
    const opens = (header.getUint16(2) & openings) !== 0
    if (header.getUint8(1) === windowUpdate && !opens) updates.push(header.getUint32(8))
    return send(data)
  }
  const [near, far] = [caller().createStreamMuxer(outbound), called().createStreamMuxer(inbound)]
  far.getRTT = () => rttMs
  const accepted = new Promise<Stream>((resolve) =>
    far.addEventListener('stream', ({ detail }) => resolve(detail), { once: true }),
  )
  const there = await near.createStream()
  return { there, back: await accepted, updates }
}

/** Counts what a stream reads. */
function reading(stream: Stream): () => number {
  let bytes = 0
  stream.addEventListener('message', ({ data }) => (bytes += data.byteLength))
  return () => bytes
}

const thrifty = thriftyYamux()

describe('streams over yamux', () => {
  it('[LIB-23] do not answer each message', async () => {
    const { there, back, updates } = await streamBetween(thrifty, thrifty)
    const read = reading(back)
    for (let i = 0; i < 1_000; i++) there.send(new Uint8Array(100))
    await expect.poll(read).toBe(100_000)
    expect(updates).toEqual([])
    for (let i = 0; i < 1_000; i++) there.send(new Uint8Array(100))
    await expect.poll(read).toBe(200_000)
    expect(updates).toEqual([expect.closeTo(128 * KIB, -3)])
  })

  it.each([
    ['each other', thrifty, thrifty],
    ['libp2p’s own as a sender', yamux(), thrifty],
    ['libp2p’s own as a receiver', thrifty, yamux()],
  ])('[LIB-23] never wait in vain: %s, whatever is sent', async (_who, caller, called) => {
    const sizes = fc.array(fc.oneof(fc.nat(300), fc.nat(2 * initialWindow)), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(sizes, async (messages) => {
        const { there, back } = await streamBetween(caller, called)
        const [readThere, readBack] = [reading(back), reading(there)]
        for (const size of messages) {
          there.send(new Uint8Array(size))
          back.send(new Uint8Array(size))
        }
        const total = messages.reduce((sum, size) => sum + size, 0)
        await expect.poll(() => [readThere(), readBack()], { interval: 5 }).toEqual([total, total])
      }),
      { numRuns: 30 },
    )
  })

  it('[LIB-23] keep a sender within the window while it is not read, and let it go on then', async () => {
    const { there, back, updates } = await streamBetween(thrifty, thrifty)
    const read = reading(back)
    back.pause()
    there.send(new Uint8Array(3 * initialWindow))
    await expect.poll(() => back.readBufferLength).toBe(initialWindow)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([back.readBufferLength, there.writeBufferLength, updates]).toEqual([initialWindow, 2 * initialWindow, []])
    back.resume()
    await expect.poll(read).toBe(3 * initialWindow)
  })

  it('[LIB-23] widen the window for who fills it within some round trips, up to its bound', async () => {
    const most = 512 * KIB
    const bounded = thriftyYamux({ streamOptions: { maxStreamWindowSize: most } })
    const fill = async (rttMs: number) => {
      const { there, back, updates } = await streamBetween(bounded, bounded, rttMs)
      const read = reading(back)
      // In parts, each of which is an update: the first one opens the stream.
      const [parts, partBytes] = [20, 128 * KIB]
      for (let i = 0; i <= parts; i++) {
        there.send(new Uint8Array(partBytes))
        await expect.poll(read, { interval: 1 }).toBe((i + 1) * partBytes)
      }
      expect(updates).toHaveLength(parts)
      return updates.reduce((sum, bytes) => sum + bytes, 0) - parts * partBytes
    }
    expect(await fill(60_000)).toBe(most - initialWindow)
    expect(await fill(-1)).toBe(0)
  })
})
