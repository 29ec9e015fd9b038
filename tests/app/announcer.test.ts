import fc from 'fast-check'
import { expect, it } from 'vitest'
import { announcerOf } from '../../src/app/session/announcer.ts'
import type { Role } from '../../src/domain/record.ts'
import { fakePeer } from '../support/records.ts'

it('[LOBBY-12] one of those who are here announces: the founder, else a host, else the lowest id; all come to the same', () => {
  const person = fc.record({
    peer: fc.nat(20).map(fakePeer),
    role: fc.constantFrom<Role>('host', 'listener'),
    here: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.uniqueArray(person, { selector: ({ peer }) => peer }), (people) => {
      const chosen = announcerOf(people)
      const here = people.filter((each) => each.here)
      expect(announcerOf(people.toReversed())).toBe(chosen)
      expect(here.some(({ peer }) => peer === chosen)).toBe(here.length > 0)
      const hosts = here.filter(({ role }) => role === 'host')
      const first = (hosts.length > 0 ? hosts : here).map(({ peer }) => peer).toSorted()[0]
      expect(chosen).toBe(first)
      const founder = { peer: fakePeer(99), role: 'founder', here: true } as const
      expect(announcerOf([...people, founder])).toBe(founder.peer)
    }),
  )
})
