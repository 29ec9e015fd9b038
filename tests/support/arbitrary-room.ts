import fc from 'fast-check'
import type { EntryId, PeerId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import type { PlayCause } from '../../src/domain/record.ts'
import { alice, bob, carol, dave, fakePeer, RecordBuilder } from './records.ts'

const people: readonly PeerId[] = [alice, bob, carol, dave, fakePeer(5)]
const causes: readonly PlayCause[] = ['play', 'pause', 'seek', 'skip', 'anchor']

/** Room time span in which arbitrary rooms live, ms: short, so that many things coincide. */
export const spanMs = 300_000

/** One thing that someone writes; indexes are taken modulo what there is. */
interface Deed {
  readonly kind: 'entry' | 'withdraw' | 'next' | 'vote' | 'message' | 'profile' | 'role' | 'charter' | 'play'
  readonly by: number
  readonly at: number
  readonly which: number
  readonly flag: boolean
  readonly turn: number
  readonly aheadMs: number
  readonly fraction: number
}

/** Few values, so that equal times and equal turns are common. */
const time = fc.oneof(
  fc.integer({ min: 0, max: 60 }).map((n) => n * 5000),
  fc.integer({ min: 0, max: spanMs }),
)
const deed: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constantFrom(
    ...(['entry', 'entry', 'entry', 'vote', 'vote', 'play', 'play', 'withdraw', 'next'] as const),
    ...(['message', 'profile', 'role', 'charter'] as const),
  ),
  by: fc.nat({ max: people.length - 1 }),
  at: time,
  which: fc.nat({ max: 20 }),
  flag: fc.boolean(),
  turn: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 12 }) },
    { weight: 1, arbitrary: fc.constantFrom(-1, limits.playTurnSlack, 2 * limits.playTurnSlack, 2 ** 53 - 1) },
  ),
  aheadMs: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -20_000, max: 3000 }) },
    { weight: 1, arbitrary: fc.constantFrom(-limits.playPastMs - 1, limits.playAheadMs, 1e9) },
  ),
  fraction: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1.1, noNaN: true })),
})

/** A room in which anybody may have written anything, permitted, sensible or not. */
export const arbitraryRoom = (maxLength = 60): fc.Arbitrary<RecordBuilder> =>
  fc.array(deed, { maxLength }).map((deeds) => {
    const room = new RecordBuilder()
    const entries: { readonly id: EntryId; readonly durationMs: number }[] = []
    for (const one of deeds) write(room, entries, one)
    return room
  })

function write(room: RecordBuilder, entries: { id: EntryId; durationMs: number }[], deed: Deed): void {
  const { kind, at, which, flag, turn, aheadMs, fraction } = deed
  const stamp = { by: people[deed.by] as PeerId, at }
  const person = people[which % people.length] as PeerId
  if (kind === 'entry') {
    const durationMs = 1000 * (1 + which * 4)
    entries.push({ id: room.entry({ ...stamp, durationMs }), durationMs })
  } else if (kind === 'message') room.message(`message ${which}`, stamp)
  else if (kind === 'profile') room.profile(`Person ${which}`, stamp)
  else if (kind === 'role') room.role(person, flag ? 'host' : 'listener', stamp)
  else if (kind === 'charter') room.charter({ name: `Room ${which}`, control: flag ? 'everyone' : 'hosts' }, stamp)
  else {
    const entry = entries[which % Math.max(1, entries.length)]
    if (entry === undefined) return
    if (kind === 'withdraw') room.withdraw(entry.id, stamp)
    else if (kind === 'next') room.next(entry.id, stamp)
    else if (kind === 'vote') room.vote(entry.id, stamp, flag)
    else {
      const cause = causes[which % causes.length] as PlayCause
      const positionMs = fraction * entry.durationMs
      const body = { entry: which === 0 ? null : entry.id, turn, startsAtMs: at + aheadMs, positionMs, playing: flag }
      room.play({ ...body, cause }, stamp)
    }
  }
}
