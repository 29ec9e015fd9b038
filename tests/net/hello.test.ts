import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Signer } from '../../src/domain/crypto.ts'
import { decodeHello, encodeHello } from '../../src/net/hello-wire.ts'
import {
  beginHello,
  helloTimeoutMs,
  outranks,
  type Hello,
  type HelloContext,
  type HelloOutcome,
} from '../../src/net/hello.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'

const random = seededRandom(7)
const crypto = nodeCrypto(random)
const [ada, ben, eve] = [nodeSigner(random), nodeSigner(random), nodeSigner(random)]
const bytes = (fill: number, length = 32): Uint8Array => new Uint8Array(length).fill(fill)
const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

const context = (signer: Signer, change: Partial<HelloContext> = {}): HelloContext => ({
  ...{ crypto, signer, scheduler: new VirtualTime({ turn }), topic: 'topic', proof: bytes(1), binding: bytes(2) },
  session: crypto.randomBytes(16),
  generation: 1,
  refuse: () => null,
  ...change,
})

/** Two sides over a wire; `tap` may change, drop (null) or keep what passes. */
async function meet(
  a: HelloContext,
  b: HelloContext,
  tap = (bytes: Uint8Array): Uint8Array | null => bytes,
): Promise<HelloOutcome[]> {
  const queue: (() => void)[] = []
  const sides: Hello[] = []
  const wire = (to: number) => (sent: Uint8Array) => {
    const passed = tap(sent)
    if (passed !== null) queue.push(() => sides[to]?.receive(passed))
  }
  sides.push(beginHello(a, wire(1)), beginHello(b, wire(0)))
  for (let i = 0; i < 40; i++) {
    queue.shift()?.()
    await turn()
  }
  for (const { scheduler } of [a, b]) await (scheduler as VirtualTime).advance(helloTimeoutMs)
  return Promise.all(sides.map(({ outcome }) => outcome))
}
const whys = (outcomes: HelloOutcome[]): string[] => outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.why))

describe('hello', () => {
  it('[HELLO-1] two sides prove their keys to each other and agree on the id of their link', async () => {
    const [a, b] = await meet(context(ada, { generation: 2 }), context(ben, { generation: 5 }))
    expect(a).toMatchObject({ ok: true, peer: ben.peer, generation: 7 })
    expect(b).toMatchObject({ ok: true, peer: ada.peer, generation: 7 })
    expect(a?.ok && b?.ok && a.id === b.id && a.id.length === 16).toBe(true)
  })

  it('[HELLO-2] whoever does not hold the key it names is refused', async () => {
    const forger: Signer = { peer: ben.peer, sign: (message) => eve.sign(message) }
    expect((await meet(context(ada), context(forger)))[0]).toEqual({ ok: false, why: 'forged' })
  })

  it('[HELLO-3] different channel bindings, topics or proofs of the room are refused by both', async () => {
    for (const change of [{ binding: bytes(9) }, { topic: 'other' }, { proof: bytes(9) }])
      expect(whys(await meet(context(ada), context(ben, change)))).toEqual(['forged', 'forged'])
  })

  it('[HELLO-4] what was recorded of an earlier hello proves nothing', async () => {
    const recorded: Uint8Array[] = []
    await meet(context(ada), context(ben), (sent) => (recorded.push(sent), sent))
    const hello = beginHello(context(ada), () => {})
    for (const message of recorded) if (!isFrom(message, ada)) hello.receive(message)
    expect(await hello.outcome).toMatchObject({ ok: false })
    function isFrom(message: Uint8Array, signer: Signer): boolean {
      const decoded = decodeHello(message)
      return decoded?.kind === 'hello' && decoded.introduction.peer === signer.peer
    }
  })

  it('[HELLO-4] a mirror that sends everything back proves nothing', async () => {
    const queue: Uint8Array[] = []
    const hello = beginHello(context(ada), (sent) => queue.push(sent))
    for (let i = 0; i < 10; i++) {
      const next = queue.shift()
      if (next) hello.receive(next)
      await turn()
    }
    expect(await hello.outcome).toEqual({ ok: false, why: 'self' })
  })

  it('[HELLO-5] the same page is refused, another tab of the same person is not', async () => {
    const session = bytes(4, 16)
    expect(whys(await meet(context(ada, { session }), context(ada, { session })))).toEqual(['self', 'self'])
    expect(whys(await meet(context(ada), context(ada)))).toEqual(['ok', 'ok'])
  })

  it('[HELLO-6] a proven peer may still be refused, and both sides know why', async () => {
    const [a, b] = await meet(context(ada, { refuse: () => 'replaced' }), context(ben))
    expect(a).toEqual({ ok: false, why: 'refused', reason: 'replaced', by: 'us' })
    expect(b).toEqual({ ok: false, why: 'refused', reason: 'replaced', by: 'them' })
  })

  it('[HELLO-7] a hello that is not finished in time fails', async () => {
    const dropProofs = (sent: Uint8Array) => (decodeHello(sent)?.kind === 'proof' ? null : sent)
    expect(whys(await meet(context(ada), context(ben), dropProofs))).toEqual(['timeout', 'timeout'])
  })

  it('[HELLO-8] a welcome before its proof, or any message twice, is malformed', async () => {
    const welcome = encodeHello({ kind: 'welcome' })
    const early = beginHello(context(ada), () => {})
    early.receive(welcome)
    expect(await early.outcome).toEqual({ ok: false, why: 'malformed' })
    const introduction = { peer: ben.peer, nonce: bytes(1), session: bytes(1, 16), generation: 1 }
    const twice = beginHello(context(ada), () => {})
    for (let i = 0; i < 2; i++) twice.receive(encodeHello({ kind: 'hello', introduction }))
    expect(await twice.outcome).toEqual({ ok: false, why: 'malformed' })
  })

  it('[HELLO-8] one changed bit in any message never lets a wrong name through', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.nat(400), fc.nat(7), async (which, at, bit) => {
        let count = 0
        const tap = (sent: Uint8Array): Uint8Array => {
          if (count++ !== which) return sent
          const changed = sent.slice()
          const index = at % changed.length
          changed[index] = changed[index]! ^ (1 << bit)
          return changed
        }
        const [a, b] = await meet(context(ada), context(ben), tap)
        expect(a?.ok !== true || a.peer === ben.peer).toBe(true)
        expect(b?.ok !== true || b.peer === ada.peer).toBe(true)
        expect(a?.ok && b?.ok).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('[HELLO-8] any bytes are read as a message or as null', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (message) => void decodeHello(message)))
    expect(decodeHello(encodeHello({ kind: 'bye', reason: 'left' }))).toEqual({ kind: 'bye', reason: 'left' })
    expect(decodeHello(new Uint8Array(2_000))).toBeNull()
  })

  it('[HELLO-9] of two links to one page both sides keep the same: the later join, else the lower id', () => {
    const proven = fc.record({ id: fc.string(), generation: fc.integer({ min: 2, max: 4 }) })
    fc.assert(
      fc.property(proven, proven, (x, y) => {
        fc.pre(x.id !== y.id)
        const [a, b] = [x, y].map((side) => ({ ...side, peer: ada.peer, session: 's' }))
        expect(outranks(a!, b!)).toBe(!outranks(b!, a!))
        expect(outranks(a!, b!) || a!.generation <= b!.generation).toBe(true)
      }),
    )
  })
})
