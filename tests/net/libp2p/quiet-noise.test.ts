import { noise } from '@chainsafe/libp2p-noise'
import { multiaddrConnectionPair } from '@libp2p/utils'
import fc from 'fast-check'
import { createLibp2p, type Libp2p } from 'libp2p'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { quietNoise } from '../../../src/net/libp2p/quiet-noise.ts'

type Encrypter = ReturnType<ReturnType<typeof noise>>
type Secured = Awaited<ReturnType<Encrypter['secureOutbound']>>['connection']

const hosts: Libp2p[] = []

/** As libp2p makes it for a host. */
async function encrypter(make: ReturnType<typeof noise>): Promise<Encrypter> {
  let made: Encrypter | undefined
  hosts.push(await createLibp2p({ connectionEncrypters: [(components) => (made = make(components))] }))
  if (made === undefined) throw new Error('libp2p makes encrypters only when needed')
  return made
}

let quiet: Encrypter
let stock: Encrypter
beforeAll(async () => {
  ;[quiet, stock] = [await encrypter(quietNoise()), await encrypter(noise())]
})
afterAll(async () => {
  for (const host of hosts) await host.stop()
})

/** Both ends of a connection whose bytes come in pieces of at most `chunkSize`. */
async function secured(caller: Encrypter, called: Encrypter, chunkSize: number): Promise<[Secured, Secured]> {
  const [outbound, inbound] = multiaddrConnectionPair({ chunkSize, capacity: 1_000_000 })
  const both = [caller.secureOutbound(outbound), called.secureInbound(inbound)] as const
  const [{ connection: there }, { connection: back }] = await Promise.all(both)
  return [there, back]
}

/** What a connection reads, as it comes. */
function reading(connection: Secured): number[] {
  const bytes: number[] = []
  connection.addEventListener('message', ({ data }) => bytes.push(...data.subarray()))
  return bytes
}

/** Counts the exceptions by which Noise tells that no length has come. */
async function exceptionsDuring(task: () => Promise<void>): Promise<number> {
  let count = 0
  const counting = new Proxy(RangeError, {
    apply: (made, self, args) => (count++, Reflect.apply(made, self, args)),
  })
  vi.stubGlobal('RangeError', counting)
  try {
    await task()
  } finally {
    vi.unstubAllGlobals()
  }
  return count
}

describe('Noise', () => {
  it.each([
    ['with each other', () => [quiet, quiet] as const],
    ['with libp2p’s own as caller', () => [stock, quiet] as const],
    ['with libp2p’s own as called', () => [quiet, stock] as const],
  ])('[LIB-24] reads what was sent, wherever the network cuts, %s', async (_who, ends) => {
    const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(messages, fc.integer({ min: 1, max: 400 }), async (all, chunkSize) => {
        const [there, back] = await secured(...ends(), chunkSize)
        const [readThere, readBack] = [reading(back), reading(there)]
        for (const message of all) {
          there.send(message)
          back.send(message)
        }
        const sent = all.flatMap((message) => [...message])
        await expect.poll(() => [readThere, readBack], { interval: 1 }).toEqual([sent, sent])
      }),
      { numRuns: 30 },
    )
  })

  it('[LIB-24] throws nothing to learn that no more has come', async () => {
    const talk = async (end: Encrypter) => {
      const [there, back] = await secured(end, end, 64 * 1024)
      const read = reading(back)
      return exceptionsDuring(async () => {
        for (let i = 1; i <= 20; i++) {
          there.send(Uint8Array.of(i))
          await expect.poll(() => read.length, { interval: 1 }).toBe(i)
        }
      })
    }
    expect(await talk(quiet)).toBe(0)
    // When libp2p's own stops that, ours has nothing left to do.
    expect(await talk(stock)).toBeGreaterThan(0)
  })

  it('[LIB-24] ends a connection on which something else comes than its other end said, and no other', async () => {
    const [outbound, inbound] = multiaddrConnectionPair()
    const [, { connection: broken }] = await Promise.all([quiet.secureOutbound(outbound), quiet.secureInbound(inbound)])
    const [there, back] = await secured(quiet, quiet, 64 * 1024)
    outbound.send(Uint8Array.of(0, 20, ...new Uint8Array(20)))
    await expect.poll(() => broken.status).toBe('aborted')
    const read = reading(back)
    there.send(Uint8Array.of(7))
    await expect.poll(() => read).toEqual([7])
  })
})
