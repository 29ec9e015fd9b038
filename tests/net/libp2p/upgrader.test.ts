import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../src/domain/ids.ts'
import type { CloseReason, Link } from '../../../src/net/link.ts'
import type { Announcement } from '../../../src/net/libp2p/envelope.ts'
import type { StreamWires } from '../../../src/net/libp2p/stream-wires.ts'
import { keepsDirect, Upgrader } from '../../../src/net/libp2p/upgrader.ts'
import { VirtualTime } from '../../../src/net/memory/virtual-time.ts'

const announcement: Announcement = { host: 'B', relays: ['R'], session: 's', links: 1, wanted: 0, strangers: 0 }

/** A relayed link, a network that lets direct connections through or not, and what was tried when. */
function relayedTo(random = () => 0.5) {
  const time = new VirtualTime()
  const closing: ((reason: CloseReason) => void)[] = []
  const link = {
    onClose(listener: (reason: CloseReason) => void) {
      closing.push(listener)
      return () => {}
    },
  } as unknown as Link
  const state = { open: false, calledBy: false, destroyed: 0, durationMs: 1_000 }
  const triedAtMs: number[] = []
  const upgraded: number[] = []
  const wires = { destroy: () => (state.destroyed += 1) } as unknown as StreamWires
  const upgrader = new Upgrader({
    scheduler: time,
    random,
    caller: {
      isCalledDirectlyBy: () => state.calledBy,
      async callDirectly() {
        triedAtMs.push(time.nowMs())
        await new Promise<void>((done) => void time.after(state.durationMs, done))
        if (!state.open) throw new Error('no way')
        return wires
      },
    },
    onWires: () => void upgraded.push(time.nowMs()),
  })
  const close = (): void => closing.forEach((listener) => listener('replaced'))
  return { time, upgrader, link, state, triedAtMs, upgraded, close }
}

describe('a relayed link', () => {
  it('[LIB-13] is tried directly after 8, 16, 32 and 64 s, and then no more', async () => {
    const { time, upgrader, link, triedAtMs } = relayedTo()
    upgrader.follow(link, announcement, true)
    await time.advance(3_600_000)
    expect(triedAtMs).toEqual([8_000, 25_000, 58_000, 123_000])
  })

  it('[LIB-13] is tried anew when the network has changed, on either side, and not without a reason by who was called', async () => {
    const { time, upgrader, link, triedAtMs } = relayedTo()
    upgrader.follow(link, announcement, false)
    await time.advance(600_000)
    expect(triedAtMs).toEqual([])
    upgrader.networkChanged()
    upgrader.networkChanged()
    await time.advance(600_000)
    expect(triedAtMs).toEqual([602_000, 611_000, 628_000, 661_000])
  })

  it('[LIB-13] that was being tried when the network changed is tried again 2 s after that has failed', async () => {
    const { time, upgrader, link, triedAtMs } = relayedTo()
    upgrader.follow(link, announcement, true)
    await time.advance(8_500)
    upgrader.networkChanged()
    await time.advance(30_000)
    expect(triedAtMs).toEqual([8_000, 11_000, 20_000, 37_000])
  })

  it('[LIB-13] waits while the other side may be calling', async () => {
    const { time, upgrader, link, state, triedAtMs } = relayedTo()
    state.calledBy = true
    upgrader.follow(link, announcement, true)
    await time.advance(20_000)
    expect(triedAtMs).toEqual([])
    state.calledBy = false
    await time.advance(2_000)
    expect(triedAtMs).toHaveLength(1)
  })

  it('[LIB-13] is left alone once it has ended or was replaced, and what still comes about then is given up', async () => {
    const { time, upgrader, link, state, triedAtMs, upgraded, close } = relayedTo()
    state.open = true
    upgrader.follow(link, announcement, true)
    await time.advance(8_500)
    close()
    await time.advance(600_000)
    expect([triedAtMs.length, upgraded, state.destroyed]).toEqual([1, [], 1])
  })

  it('[LIB-13] is tried a bounded number of times, one at a time, whatever the network does', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ waitMs: fc.nat(60_000), event: fc.constantFrom('change', 'close', 'called', 'open') })),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (events, chance) => {
          const { time, upgrader, link, state, triedAtMs, upgraded, close } = relayedTo(() => chance)
          upgrader.follow(link, announcement, true)
          let changes = 0
          let closedAtMs = Infinity
          for (const { waitMs, event } of events) {
            await time.advance(waitMs)
            if (event === 'change') {
              changes += 1
              upgrader.networkChanged()
            }
            if (event === 'called') state.calledBy = !state.calledBy
            if (event === 'open') state.open = !state.open
            if (event === 'close') {
              close()
              closedAtMs = Math.min(closedAtMs, time.nowMs())
            }
          }
          state.calledBy = false
          await time.advance(3_600_000)
          expect(triedAtMs.length).toBeLessThanOrEqual(4 * (1 + changes))
          for (const [i, atMs] of triedAtMs.slice(1).entries())
            expect(atMs - triedAtMs[i]!).toBeGreaterThanOrEqual(state.durationMs)
          expect([...triedAtMs, ...upgraded].every((atMs) => atMs <= closedAtMs)).toBe(true)
        },
      ),
      { numRuns: 50 },
    ))
})

describe('which of two links to one page is kept', () => {
  const ways = fc.record({
    relayed: fc.boolean(),
    proven: fc.record({
      peer: fc.constant('P' as PeerId),
      session: fc.constant('s'),
      id: fc.string({ minLength: 1 }),
      generation: fc.integer({ min: 2, max: 4 }),
    }),
  })

  it('[LIB-14] both sides say the same: the later join’s, else the direct one, else the lower id’s', () =>
    fc.assert(
      fc.property(ways, ways, (a, b) => {
        fc.pre(a.proven.id !== b.proven.id)
        expect(keepsDirect(a, b)).toBe(!keepsDirect(b, a))
        if (a.proven.generation > b.proven.generation) expect(keepsDirect(a, b)).toBe(true)
        else if (a.proven.generation === b.proven.generation && !a.relayed && b.relayed)
          expect(keepsDirect(a, b)).toBe(true)
      }),
    ))
})
