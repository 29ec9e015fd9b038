import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clockText, msText, percent } from '../../src/ui/format.ts'
import { routeOf } from '../../src/ui/route.ts'
import { pick, seeded } from '../../src/ui/seed.ts'

describe('formats', () => {
  it('[UI-19] lengths read as minutes and seconds, hours only when there are any', () => {
    expect([0, 59_999, 60_000, 185_000, 3_599_999, 3_765_000].map(clockText)).toEqual([
      '0:00',
      '0:59',
      '1:00',
      '3:05',
      '59:59',
      '1:02:45',
    ])
    expect([-5, Number.NaN, Number.POSITIVE_INFINITY].map(clockText)).toEqual(['0:00', '0:00', '0:00'])
  })

  it('[UI-19] small times keep a digit, shares of a whole stay between 0 and 100', () => {
    expect([0.04, 9.94, 42.4].map(msText)).toEqual(['0.0 ms', '9.9 ms', '42 ms'])
    fc.assert(fc.property(fc.double({ noNaN: true }), (fraction) => percent(fraction) >= 0 && percent(fraction) <= 100))
  })
})

describe('addresses', () => {
  const code = 'A'.repeat(43)

  it('[UI-8] tells the start page, rooms and everything else apart', () => {
    expect(['', '#', '#/'].map((hash) => routeOf(hash).kind)).toEqual(['home', 'home', 'home'])
    for (const fragment of [`#/r/${code}`, `#/r/${code}~${code}`])
      expect(routeOf(fragment)).toEqual({ kind: 'room', fragment })
  })

  it('[UI-8] says what is wrong with a link', () => {
    const whys = ['#/other', `#/r/${code.slice(3)}`, `#/r/${code}~short`, `#/r/${'!'.repeat(43)}`].map((hash) => {
      const route = routeOf(hash)
      return route.kind === 'nowhere' ? route.why : ''
    })
    expect(whys[0]).toContain('no page at this address')
    expect(whys[1]).toContain('this one has 40')
    expect(whys[2]).toContain('key of a private room')
    expect(whys[3]).toContain('wrong character')
  })
})

describe('seeds', () => {
  it('[UI-20] the same seed draws the same on every device, different seeds differ', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const draw = (): number[] => Array.from({ length: 5 }, seeded(text))
        expect(draw()).toEqual(draw())
        for (const value of draw()) expect(value >= 0 && value < 1).toBe(true)
      }),
    )
    expect(new Set(Array.from({ length: 200 }, (_, i) => seeded(`seed ${i}`)())).size).toBe(200)
    expect(pick(() => 0.999, ['a', 'b'])).toBe('b')
  })
})
