import { describe, expect, it } from 'vitest'
import { toldSkewMs, type Stamps } from '../../bench/ears/rivals/bare-page.ts'

/** Twenty stamps a second of music that began at `beganWallMs`, each `wrongMs` off. */
const stamps = (beganWallMs: number, wrongMs: (i: number) => number = () => 0): Stamps =>
  Array.from({ length: 100 }, (_, i) => {
    const wallMs = 1_000 + 50 * i
    return { wallMs, positionS: (wallMs - beganWallMs + wrongMs(i)) / 1000 }
  })

describe('bare page', () => {
  it('tells how much later the second hears, as the bench measures it', () => {
    expect(toldSkewMs(stamps(0), stamps(7), 3_000)).toBeCloseTo(7, 6)
  })

  it('believes the stamps of the latest half second, and their median', () => {
    const wandering = stamps(0, (i) => (i < 40 ? 100 : i === 45 ? 500 : 0))
    expect(toldSkewMs(wandering, stamps(0), 3_500)).toBeCloseTo(0, 6)
  })

  it('tells nothing where a page has said nothing', () => {
    expect(toldSkewMs(stamps(0), [], 3_000)).toBeNull()
    expect(toldSkewMs(stamps(0), stamps(0), 500)).toBeNull()
  })
})
