import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldRoom } from '../../src/domain/fold.ts'
import type { EntryId } from '../../src/domain/ids.ts'
import { queueAt } from '../../src/domain/queue-order.ts'
import { QueueSweep } from '../../src/domain/queue-sweep.ts'
import type { Entry, RoomState } from '../../src/domain/room-state.ts'
import { alice, bob, carol, dave, RecordBuilder } from '../support/records.ts'

const people = [alice, bob, carol, dave] as const
const moment = fc.nat({ max: 30 })
/** A few entries that much is said of. */
const queue = fc
  .record({
    added: fc.array(moment, { minLength: 1, maxLength: 6 }),
    said: fc.array(
      fc.record({
        what: fc.constantFrom('up' as const, 'up' as const, 'down' as const, 'next' as const, 'withdraw' as const),
        of: fc.nat(),
        by: fc.constantFrom(...people),
        at: moment,
      }),
      { maxLength: 40 },
    ),
  })
  .map(({ added, said }): readonly Entry[] => {
    const room = new RecordBuilder()
    const ids = added.map((at) => room.entry({ at }))
    for (const { what, of, by, at } of said) {
      const entry = ids[of % ids.length] as EntryId
      if (what === 'withdraw') room.withdraw(entry, { by, at })
      else if (what === 'next') room.next(entry, { by, at })
      else room.vote(entry, { by, at }, what === 'up')
    }
    return [...(foldRoom(room.room, room.records) as RoomState).entries.values()]
  })

describe('the sweep of the queue', () => {
  it('[QUEUE-2] finds at rising times the head that sorting the queue at each time finds', () => {
    const looks = fc.array(fc.record({ at: moment, leaves: fc.integer({ min: 0, max: 3 }) }), { maxLength: 15 })
    fc.assert(
      fc.property(queue, looks, (entries, times) => {
        const sweep = new QueueSweep(entries)
        let waiting = entries
        for (const { at, leaves } of times.toSorted((a, b) => a.at - b.at)) {
          const head = sweep.headAt(at)
          expect(head).toBe(queueAt(waiting, at)[0]?.entry)
          // Mostly the head leaves, as in a walk; now and then another one, as a play may say.
          const leaver = leaves === 0 ? undefined : leaves === 1 ? waiting.at(-1) : head
          if (leaver === undefined) continue
          sweep.leave(leaver)
          waiting = waiting.filter((entry) => entry !== leaver)
        }
      }),
      { numRuns: 500 },
    )
  })
})
