import { describe, expect, it } from 'vitest'
import { findStretch, fitStretch } from '../../bench/ears/measure/fidelity.ts'
import { resample } from '../../bench/ears/measure/resample.ts'
import { rms } from '../../bench/ears/measure/summary.ts'
import { hearSeam } from '../../bench/ears/measure/seam.ts'
import { MUSIC_RATE, noiseMusic } from '../../bench/ears/music/noise-music.ts'
import { RATE } from './support.ts'

const STEP = MUSIC_RATE / RATE
const music = noiseMusic(21, 3)
const SEAM = 60_000
const START = 20_000
const LENGTH = 60_000
/** Plays the music as a good player would, half as loud and 30 ppm fast. */
const played = (step = STEP * (1 + 30e-6)): Float32Array =>
  resample(music, START, step, LENGTH).map((value) => value / 2)
/** A little noise that a seed decides, RMS about `level`. */
const hiss = (samples: Float32Array, level: number): Float32Array => {
  let state = 5
  return samples.map((value) => {
    state = (state * 16_807 + 11) % 2_147_483_647
    return value + level * Math.sqrt(12) * (state / 2_147_483_647 - 0.5)
  })
}

describe('the sound against its source', () => {
  it('[SOUND-15] is perfect but for rounding when nothing but gain, delay and a slow correction happened', () => {
    const fit = fitStretch(played(), 10_000, 4_800, music, { at: START + 12_400 * STEP + 0.4, step: STEP })
    expect(fit.signalToErrorDb).toBeGreaterThan(90)
    expect(fit.gain).toBeCloseTo(0.5, 4)
    expect(fit.at).toBeCloseTo(START + 12_400 * STEP * (1 + 30e-6), 2)
  })

  it('[SOUND-15] shows noise of a known level', () => {
    const noisy = hiss(played(), 0.001)
    const quiet = fitStretch(noisy, 10_000, 4_800, music, { at: START + 12_400 * STEP, step: STEP })
    const expectedDb = 20 * Math.log10(rms(played().subarray(10_000, 14_800)) / 0.001)
    expect(quiet.signalToErrorDb).toBeCloseTo(expectedDb, 0)
  })

  it('[SOUND-15] is found again when the guess is half a second off', () => {
    const guess = { at: START + 12_400 * STEP + 22_000, step: STEP }
    const fit = findStretch(played(), 10_000, 4_800, music, guess, 30_000)
    expect(fit.signalToErrorDb).toBeGreaterThan(90)
  })
})

describe('a seam between two tracks', () => {
  const hear = (recording: Float32Array) =>
    hearSeam(recording, RATE, music, SEAM, { at: START + 0.3, step: STEP * (1 + 25e-6) })
  const seamFrame = Math.round((SEAM - START) / STEP)

  it('[SOUND-15] has no gap and no click when the music just goes on', () => {
    const seam = hear(hiss(played(), 1e-4))
    expect(Math.abs(seam.gapFrames)).toBeLessThan(0.1)
    expect(seam.click).toBe(false)
  })

  it('[SOUND-15] shows a gap and an overlap to a fraction of a sample, and a hole as a click', () => {
    for (const late of [3, -3, 40]) {
      const before = played().subarray(0, seamFrame)
      const after = resample(music, SEAM - late, STEP, LENGTH - seamFrame).map((value) => value / 2)
      const seam = hear(hiss(Float32Array.from([...before, ...after]), 1e-4))
      const wouldBeAt = START + seamFrame * STEP * (1 + 30e-6)
      expect(seam.gapFrames).toBeCloseTo(wouldBeAt - (SEAM - late), 1)
    }
    const hole = hiss(played(), 1e-4)
    hole.fill(0, seamFrame, seamFrame + 40)
    expect(hear(hole).click).toBe(true)
  })

  it('[SOUND-15] takes a level that moves within 10 ms for none, and one that steps for a click', () => {
    const levelled = (rampMs: number) =>
      hiss(
        played().map(
          (value, i) => value * (1 - 0.05 * Math.min(1, Math.max(0, i - seamFrame) / ((rampMs * RATE) / 1000))),
        ),
        1e-4,
      )
    expect(hear(levelled(10)).click).toBe(false)
    expect(hear(levelled(0.02)).click).toBe(true)
  })

  it('[SOUND-15] shows a click that one wrong sample makes, and none where there is only noise', () => {
    for (const at of [-300, 0, 200]) {
      const recording = hiss(played(), 1e-4)
      recording[seamFrame + at]! += 0.01
      expect(hear(recording).click).toBe(true)
    }
    expect(hear(hiss(played(), 5e-3)).click).toBe(false)
  })
})
