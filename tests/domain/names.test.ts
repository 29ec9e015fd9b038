import { describe, expect, it } from 'vitest'
import { generatedName } from '../../src/domain/names.ts'
import { fakePeer } from '../support/records.ts'

describe('generated names', () => {
  const names = Array.from({ length: 1000 }, (_, seed) => generatedName(fakePeer(seed)))

  it('[ROOM-5] are an adjective and an animal, the same for the same seed', () => {
    expect(names.filter((name) => !/^[A-Z][a-z]+ [A-Z][a-z]+$/.test(name))).toEqual([])
    expect(names[7]).toBe(generatedName(fakePeer(7)))
    // Changing the lists renames everyone who has not chosen a name: this line is to make one think.
    expect(generatedName('otter')).toMatchInlineSnapshot(`"Fond Koala"`)
  })

  it('[ROOM-5] differ as much as 4096 names can', () => {
    // 1000 draws of 4096 give 887 different ones on average, with a standard deviation below 10.
    expect(new Set(names).size).toBeGreaterThan(830)
    expect(new Set(names.map((name) => name.split(' ')[0])).size).toBe(64)
    expect(new Set(names.map((name) => name.split(' ')[1])).size).toBe(64)
  })
})
