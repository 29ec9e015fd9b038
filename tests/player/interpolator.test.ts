import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Interpolator } from '../../src/player/interpolator.ts'
import { makeKernel } from '../../src/player/kernel.ts'
import { makeInterpolator } from '../../src/player/make-interpolator.ts'
import { PlainInterpolator } from '../../src/player/plain-interpolator.ts'
import { VectorInterpolator } from '../../src/player/vector-interpolator.ts'

/** Runs of one interpolator, one after another, over the same seeded noise. */
interface Run {
  readonly at: number
  readonly rate: number
  readonly count: number
}

const noise = (frames: number, seed: number): Float32Array =>
  Float32Array.from({ length: frames }, (_, i) => ((i + seed) * (i + 17) * 0.618034) % 1)

function played(interpolator: Interpolator, { at, rate, count }: Run): number[] {
  const frames = Math.floor(at + (count - 1) * rate) + 2 * interpolator.half
  const [a, b] = interpolator.prepare(frames, count)
  a.set(noise(frames, 1))
  b.set(noise(frames, 2))
  const [left, right] = interpolator.run(at, rate, count)
  return [...left.subarray(0, count), ...right.subarray(0, count)]
}

const runs = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 0.999999, noNaN: true }),
    rate: fc.double({ min: 0.1, max: 5, noNaN: true }),
    count: fc.integer({ min: 1, max: 300 }),
  }),
  { minLength: 1, maxLength: 6 },
)

describe('interpolator', () => {
  afterEach(() => vi.unstubAllGlobals())

  test('[SOUND-28] four taps at a time say what one at a time says, at any rate and block length, also after more was asked for', () => {
    fc.assert(
      fc.property(runs, fc.double({ min: 0.2, max: 1, noNaN: true }), (list, bandwidth) => {
        const kernel = makeKernel(bandwidth)
        const [vector, plain] = [new VectorInterpolator(kernel), new PlainInterpolator(kernel)]
        for (const run of list) {
          const expected = played(plain, run)
          const found = played(vector, run)
          expect(found.length).toBe(expected.length)
          for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(3e-6)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('[SOUND-28] is taken where WebAssembly has vectors, and plain JavaScript where it has not', () => {
    const kernel = makeKernel(1)
    expect(makeInterpolator(kernel)).toBeInstanceOf(VectorInterpolator)
    const { CompileError, Memory } = WebAssembly
    function refuses(): never {
      throw new CompileError('invalid value type')
    }
    vi.stubGlobal('WebAssembly', { CompileError, Memory, Module: refuses })
    expect(makeInterpolator(kernel)).toBeInstanceOf(PlainInterpolator)
    vi.stubGlobal('WebAssembly', undefined)
    expect(makeInterpolator(kernel)).toBeInstanceOf(PlainInterpolator)
  })

  test('[SOUND-28] hides no other failure', () => {
    const { CompileError, Module, Memory } = WebAssembly
    function breaks(): never {
      throw new RangeError('out of memory')
    }
    vi.stubGlobal('WebAssembly', { CompileError, Memory, Module, Instance: breaks })
    expect(() => makeInterpolator(makeKernel(1))).toThrow('out of memory')
  })
})
