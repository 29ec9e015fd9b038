import { setTimeout as wait } from 'node:timers/promises'
import { asked, holds, limitsText } from '../asked.ts'
import { onsetAfter } from '../measure/onset.ts'
import { joined, skewSeries } from '../measure/skew.ts'
import { rms, summarise } from '../measure/summary.ts'
import { framesOf, RECORD_RATE } from '../rig/rig.ts'
import { failed, skewOutcome, told, type Bench, type Outcome } from '../scenario.ts'

/** Silence between "Pause" and the next "Play", and how long is listened after it. */
const PAUSE_MS = 1300
const LISTEN_MS = 2200
/** Longest way from a press to sound that still counts as one; beyond it, the press is lost. */
const SOUNDS_WITHIN_S = 1.8
/** Quieter than this is a pause, RMS (-60 dB). */
const PAUSED_LEVEL = 0.001

/** Presses "Pause" and "Play" on the first listener, and hears both: the first second from the moment when either sounds. */
export async function press(bench: Bench): Promise<Outcome> {
  const { presses, settleS } = bench.settings
  const stage = await bench.stage({ listeners: 2 })
  const [presser] = stage.listeners
  await wait(settleS * 1000)
  const recording = await stage.rig.record()
  const pressedMs: number[] = []
  for (let i = 0; i < presses; i++) {
    await presser.press('Pause')
    await wait(PAUSE_MS)
    pressedMs.push(await presser.press('Play'))
    await wait(LISTEN_MS)
  }
  const pressed = pressedMs.map((ms) => recording.frameAt(ms))
  const [first, second] = (await recording.stop()) as [Float32Array, Float32Array]
  const stretches = pressed.map((frame) => afterPress(first, second, frame))
  const heard = stretches.flatMap((stretch) => stretch ?? [])
  const pressToSoundMs = heard.flatMap(({ delayMs }) => delayMs ?? [])
  const series = joined(heard.map(({ series }) => series))
  const all = heard.length === presses && pressToSoundMs.length === presses
  const toSound = summarise(pressToSoundMs)
  const note = `first second after each of ${heard.length} of ${presses} presses; ${await told(stage)}`
  const worstMs = heard.map(({ series }) => Math.max(...series.windows.map(({ skewMs }) => Math.abs(skewMs))))
  const whole = skewOutcome('press', series, asked.press, note, { presses: heard.length, worstMs })
  const skew = all ? whole : failed(whole)
  const limits = asked.pressToSoundMs
  const soundHeld = all && holds(toSound, limits)
  return {
    rows: [
      ...skew.rows,
      {
        name: 'press to sound',
        figures: toSound,
        asked: limitsText(limits),
        held: soundHeld,
        note: 'ms from the press on one until sound on the other',
      },
    ],
    json: skew.json,
    beside: { pressToSoundMs: { ...toSound, held: soundHeld, presses: pressToSoundMs.length } },
  }
}

interface AfterPress {
  readonly series: ReturnType<typeof skewSeries>
  /** From the press on the first listener until the second one sounds; null when it stays silent. */
  readonly delayMs: number | null
}

/** Null when nobody sounds, or when it was not silent before: then the press says nothing. */
function afterPress(first: Float32Array, second: Float32Array, pressed: number): AfterPress | null {
  const before = [first, second].map((samples) => rms(samples.subarray(pressed - framesOf(0.1), pressed)))
  if (before.some((level) => level > PAUSED_LEVEL)) return null
  const until = pressed + framesOf(SOUNDS_WITHIN_S)
  const [own, other] = [first, second].map((samples) => onsetAfter(samples, RECORD_RATE, pressed, until))
  const onset = Math.min(own ?? Infinity, other ?? Infinity)
  if (onset === Infinity) return null
  return {
    series: skewSeries(first, second, { rate: RECORD_RATE, from: onset, until: onset + framesOf(1) }),
    delayMs: other == null ? null : ((other - pressed) * 1000) / RECORD_RATE,
  }
}
