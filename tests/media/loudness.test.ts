import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/limits.ts'
import { levellingGain, tidyLoudness, TARGET_LUFS, type Loudness } from '../../src/domain/loudness.ts'
import { isBody } from '../../src/domain/record-schema.ts'
import { kWeighting, LoudnessMeter } from '../../src/media/loudness-meter.ts'
import { fakeTrack } from '../support/records.ts'

interface Tone {
  readonly dbfs: number
  readonly seconds: number
}

/** Stereo sines of 1 kHz one after another, as EBU Tech 3341 lists them, in chunks of any size. */
function measureTones(tones: readonly Tone[], { rate = 48_000, hz = 1_000, chunkFrames = 1_152, right = true } = {}) {
  const meter = new LoudnessMeter(rate)
  const silence = new Float32Array(chunkFrames)
  let at = 0
  for (const { dbfs, seconds } of tones) {
    const amplitude = 10 ** (dbfs / 20)
    const end = at + Math.round(seconds * rate)
    while (at < end) {
      const frames = Math.min(chunkFrames, end - at)
      const chunk = Float32Array.from(
        { length: frames },
        (_, i) => amplitude * Math.sin((2 * Math.PI * hz * (at + i)) / rate),
      )
      meter.add(chunk, right ? chunk : silence, frames)
      at += frames
    }
  }
  return meter.result()
}

describe('loudness meter', () => {
  const cases: readonly [string, readonly [number, number][], number][] = [
    ['1', [[-23, 20]], -23],
    ['2', [[-33, 20]], -33],
    [
      '3',
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      -23,
    ],
    [
      '4',
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
      -23,
    ],
    [
      '5',
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
      -23,
    ],
  ]
  it.each(cases)('[LOUD-1] reads case %s of EBU Tech 3341 within 0.1 LU', (_case, tones, lufs) => {
    const measured = measureTones(tones.map(([dbfs, seconds]) => ({ dbfs, seconds })))
    expect(Math.abs(measured!.integratedLufs - lufs)).toBeLessThanOrEqual(0.1)
  })

  it('[LOUD-1] weighs with the coefficients that BS.1770-4 prints for 48 kHz', () => {
    const [shelf, high] = kWeighting(48_000)
    const printed = [
      [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585],
      [1, -2, 1, -1.99004745483398, 0.99007225036621],
    ]
    for (const [i, filter] of [shelf, high].entries())
      for (const [j, value] of [...filter.b, ...filter.a].entries()) expect(value).toBeCloseTo(printed[i]![j]!, 8)
  })

  it('[LOUD-1] says the same at any sample rate, whatever the packets', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(8_000, 22_050, 44_100, 48_000, 96_000),
        fc.integer({ min: 1, max: 20_000 }),
        (rate, chunkFrames) => {
          const measured = measureTones([{ dbfs: -23, seconds: 2 }], { rate, chunkFrames })
          expect(Math.abs(measured!.integratedLufs + 23)).toBeLessThanOrEqual(0.1)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('[LOUD-1] counts one ear as half, and hears bass less than treble', () => {
    const tone = [{ dbfs: -23, seconds: 2 }]
    const both = measureTones(tone)!.integratedLufs
    expect(measureTones(tone, { right: false })!.integratedLufs).toBeCloseTo(both - 3.01, 1)
    expect(measureTones(tone, { hz: 30 })!.integratedLufs).toBeLessThan(both - 5)
    expect(measureTones(tone, { hz: 8_000 })!.integratedLufs).toBeCloseTo(both + 3.3, 0)
  })

  it('[LOUD-2] finds the largest sample of either ear and never tells it smaller than it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 4, noNaN: true }),
        fc.boolean(),
        fc.integer({ min: 0, max: 47_999 }),
        (peak, leftward, at) => {
          const meter = new LoudnessMeter(48_000)
          const tone = Float32Array.from({ length: 48_000 }, (_, i) => 0.001 * Math.sin(i / 7))
          const loud = tone.slice()
          loud[at] = -peak
          meter.add(leftward ? loud : tone, leftward ? tone : loud, 48_000)
          const told = meter.result()!.peakDbfs
          const exact = 20 * Math.log10(Math.fround(peak))
          expect(told).toBeGreaterThanOrEqual(Math.min(exact, limits.peakMaxDbfs))
          expect(told).toBeLessThan(exact + 0.011)
        },
      ),
    )
  })

  it('[LOUD-2] says nothing of silence, of less than 400 ms, and of samples that are no numbers', () => {
    expect(measureTones([{ dbfs: -Infinity, seconds: 5 }])).toBeNull()
    expect(measureTones([{ dbfs: -90, seconds: 5 }])).toBeNull()
    expect(measureTones([{ dbfs: -10, seconds: 0.39 }])).toBeNull()
    const meter = new LoudnessMeter(48_000)
    const broken = new Float32Array(48_000).fill(0.1)
    broken[100] = Number.NaN
    meter.add(broken, broken, 48_000)
    expect(meter.result()).toBeNull()
  })
})

describe('levelling', () => {
  const claim = fc.record({
    integratedLufs: fc.double({ min: limits.loudnessMinLufs, max: limits.loudnessMaxLufs, noNaN: true }),
    peakDbfs: fc.double({ min: limits.peakMinDbfs, max: limits.peakMaxDbfs, noNaN: true }),
  })
  const db = (gain: number): number => 20 * Math.log10(gain)

  it('[LOUD-4] brings what it can to the target, leaves what nobody measured, and clips nothing', () => {
    expect(levellingGain(undefined)).toBe(1)
    expect(db(levellingGain({ integratedLufs: -9, peakDbfs: 0 }))).toBeCloseTo(TARGET_LUFS + 9)
    expect(db(levellingGain({ integratedLufs: -20, peakDbfs: -12 }))).toBeCloseTo(4)
    // As far as the peak allows, with a decibel to spare; what touches full scale stays as it is.
    expect(db(levellingGain({ integratedLufs: -20, peakDbfs: -3 }))).toBeCloseTo(2)
    expect(levellingGain({ integratedLufs: -20, peakDbfs: 0 })).toBe(1)
    // Beyond full scale it comes down to it.
    expect(db(levellingGain({ integratedLufs: -20, peakDbfs: 1.5 }))).toBeCloseTo(-1.5)
  })

  it('[LOUD-4] a true claim never clips, below the largest cut', () => {
    fc.assert(
      fc.property(claim, (loudness) => {
        fc.pre(loudness.peakDbfs <= limits.levelCutDb)
        expect(db(levellingGain(loudness)) + loudness.peakDbfs).toBeLessThanOrEqual(1e-9)
      }),
    )
  })

  it('[LOUD-4] whatever a valid record claims, the gain stays within its bounds', () => {
    fc.assert(
      fc.property(claim, (loudness) => {
        expect(isBody('entry', { track: { ...fakeTrack(1), loudness } })).toBe(true)
        const gain = levellingGain(loudness)
        expect(gain).toBeLessThanOrEqual(10 ** (limits.levelBoostDb / 20))
        expect(gain).toBeGreaterThanOrEqual(10 ** (-limits.levelCutDb / 20))
      }),
    )
  })

  it('[LOUD-5] a record holds both figures, finite and in range, or none', () => {
    const track = fakeTrack(1)
    const holds = (loudness: unknown): boolean => isBody('entry', { track: { ...track, loudness } as never })
    expect(isBody('entry', { track })).toBe(true)
    expect(holds({ integratedLufs: -14.25, peakDbfs: -0.5 })).toBe(true)
    const hostile: readonly unknown[] = [
      undefined,
      null,
      -14,
      {},
      { integratedLufs: -14 },
      { peakDbfs: -1 },
      { integratedLufs: -14, peakDbfs: -1, gain: 40 },
      { integratedLufs: '-14', peakDbfs: -1 },
      { integratedLufs: Number.NaN, peakDbfs: -1 },
      { integratedLufs: -Infinity, peakDbfs: -1 },
      { integratedLufs: -14, peakDbfs: -Infinity },
      { integratedLufs: limits.loudnessMinLufs - 0.01, peakDbfs: -1 },
      { integratedLufs: limits.loudnessMaxLufs + 0.01, peakDbfs: -1 },
      { integratedLufs: -14, peakDbfs: limits.peakMinDbfs - 0.01 },
      { integratedLufs: -14, peakDbfs: limits.peakMaxDbfs + 0.01 },
    ]
    expect(hostile.filter(holds)).toEqual([])
  })

  it('[LOUD-5] whatever a meter says fits into a record, or is left out', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (lufs, peak) => {
        const loudness: Loudness | null = tidyLoudness(lufs, peak)
        if (loudness !== null) expect(isBody('entry', { track: { ...fakeTrack(1), loudness } })).toBe(true)
      }),
    )
  })
})
