import { setTimeout as wait } from 'node:timers/promises'
import { RECORD_RATE } from './rig.ts'
import { rms, skewSeries, summarise, type SkewSeries, type Summary } from './skew.ts'
import type { Stage } from './stage.ts'

/** Sound begins where a stretch of 5 ms is louder than -50 dB. */
const ONSET_LEVEL = 0.003
const ONSET_S = 0.005

export interface SteadyResult {
  readonly summary: Summary
  readonly series: SkewSeries
}

/** Two listeners, the same song: skew in every window after `settleSeconds`. */
export async function steady(stage: Stage, seconds: number, settleSeconds: number): Promise<SteadyResult> {
  await wait(settleSeconds * 1000)
  const recording = await stage.rig.record()
  await wait(seconds * 1000)
  const [first, second] = await recording.stop()
  const series = skewSeries(first!, second!, RECORD_RATE)
  return { summary: summarise(series.windows.map(({ skewMs }) => skewMs)), series }
}

export interface PressResult {
  /** Press of "Play" on the first listener until the second one hears it, ms. */
  readonly pressToSound: Summary
  /** Skew in the first second of sound after each press. */
  readonly skew: Summary
  readonly presses: number
}

/** Presses "Pause" and "Play" on the first listener and hears when the second one sounds. */
export async function presses(stage: Stage, count: number): Promise<PressResult> {
  const [presser] = stage.listeners
  const delaysMs: number[] = []
  const skewsMs: number[] = []
  for (let i = 0; i < count; i++) {
    await presser.press('Pause')
    await wait(1500)
    const recording = await stage.rig.record()
    await wait(300)
    const pressedMs = await presser.press('Play')
    await wait(2500)
    const pressed = recording.frameAt(pressedMs)
    const [first, second] = await recording.stop()
    const onset = onsetAfter(second!, pressed)
    if (onset === null) continue
    delaysMs.push(((onset - pressed) * 1000) / RECORD_RATE)
    const from = Math.max(0, onset - Math.round(0.25 * RECORD_RATE))
    const until = onset + Math.round(1.25 * RECORD_RATE)
    const series = skewSeries(first!.subarray(from, until), second!.subarray(from, until), RECORD_RATE)
    skewsMs.push(...series.windows.map(({ skewMs }) => skewMs))
  }
  return { pressToSound: summarise(delaysMs), skew: summarise(skewsMs), presses: delaysMs.length }
}

/** First frame from `from` on at which sound stands above the noise; null when none does. */
function onsetAfter(samples: Float32Array, from: number): number | null {
  const length = Math.round(ONSET_S * RECORD_RATE)
  for (let at = Math.max(0, from); at + length <= samples.length; at += length) {
    if (rms(samples.subarray(at, at + length)) > ONSET_LEVEL) return at
  }
  return null
}
