import { setTimeout as wait } from 'node:timers/promises'
import { asked } from '../asked.ts'
import { errorPower, findStretch, powerOf, type Fit } from '../measure/fidelity.ts'
import { hearSeam } from '../measure/seam.ts'
import { medianOf } from '../measure/summary.ts'
import { MUSIC_RATE, noiseMusic } from '../music/noise-music.ts'
import { writeTracks } from '../music/tracks.ts'
import { erase, ownFolder } from '../rig/owned.ts'
import { framesOf, RECORD_RATE, wallNowMs } from '../rig/rig.ts'
import { told, type Bench, type Outcome } from '../scenario.ts'

const SEAMS = 20
const SHORT_S = 3
/** The sound itself is judged over so long, inside the first track. */
const STEADY_S = 30
/** Until everybody is in, and the ears hear. */
const SPARE_S = 20
const STRETCH_S = 0.1
/** The player's word on where it is, at the start, is believed within this. */
const ROUGHLY_S = 2
const STEP = MUSIC_RATE / RECORD_RATE

/** One listener's sound against the files: error in the steady state, and how one track passes into the next one, cut from one piece. */
export async function sound(bench: Bench): Promise<Outcome> {
  const { settleS } = bench.settings
  const folder = await ownFolder()
  bench.onEnd(async () => erase(folder))
  const longS = settleS + STEADY_S + SPARE_S
  const music = noiseMusic(500, longS + SEAMS * (SHORT_S + 0.1))
  const ends = [longS * MUSIC_RATE]
  // Odd lengths: seams fall between milliseconds and between blocks.
  for (let i = 0; i < SEAMS; i++) ends.push(ends[i]! + SHORT_S * MUSIC_RATE + ((137 * i) % 997))
  const files = await writeTracks(
    folder,
    ends.map((end, i) => music.subarray(ends[i - 1] ?? 0, end)),
  )
  const stage = await bench.stage({ listeners: 1, files: files.map(({ path }) => path) })
  const [listener] = stage.listeners
  await wait(settleS * 1000)
  const recording = await stage.rig.record()
  await wait(300)
  const [{ positionMs }, askedMs] = [await listener.told(), wallNowMs()]
  const remainingS = ends.at(-1)! / MUSIC_RATE - positionMs / 1000
  await wait((remainingS - 0.5) * 1000)
  const note = await told(stage)
  const from = recording.frameAt(askedMs)
  const [ear] = await recording.stop()
  const played = music.subarray(0, ends.at(-1))
  const start = { frame: from, at: (positionMs / 1000) * MUSIC_RATE }

  const stretches = follow(ear!, played, start, framesOf(STEADY_S))
  const gain = medianOf(stretches.map(({ fit }) => fit.gain))
  let signal = 0
  let error = 0
  for (const { fit, from } of stretches) {
    signal += powerOf(fit.model, gain)
    error += errorPower(ear!, from, fit.model, gain)
  }
  const signalToErrorDb = 10 * Math.log10(signal / error)
  const poor = stretches.filter(({ fit }) => fit.signalToErrorDb < asked.sound.signalToErrorDb)
  const poorAtS = poor.map(({ from }) => ((from - start.frame) / RECORD_RATE).toFixed(1))
  const medianDb = medianOf(stretches.map(({ fit }) => fit.signalToErrorDb))

  let known = stretches.at(-1)!
  const seams = ends.slice(0, -1).map((seam) => {
    // The last stretch before the seam tells where it should be heard.
    const untilSeam = Math.floor((seam - known.fit.at) / known.fit.step) - framesOf(0.2)
    if (untilSeam > 0) known = follow(ear!, played, placeOf(known), untilSeam).at(-1) ?? known
    const { fit } = known
    return hearSeam(ear!, RECORD_RATE, played, seam, {
      at: fit.at - fit.middle * fit.step,
      step: fit.step,
    })
  })
  const clicks = seams.filter(({ click }) => click).length
  const worstSeam = Math.max(...seams.map(({ gapFrames }) => Math.abs(gapFrames)))
  const held =
    signalToErrorDb >= asked.sound.signalToErrorDb &&
    clicks <= asked.sound.clicks &&
    worstSeam <= asked.sound.seamFrames
  const detail = seams.map(
    ({ gapFrames, nearDb, aroundDb }) => `${gapFrames.toFixed(2)}/${(nearDb - aroundDb).toFixed(0)}`,
  )
  return {
    rows: [
      {
        name: 'sound',
        figures: null,
        asked: 'signal to error >= 60 dB, no click, gap or overlap <= 1 sample',
        held,
        note:
          `signal to error ${signalToErrorDb.toFixed(1)} dB over ${STEADY_S} s (median ${medianDb.toFixed(1)}; ${poor.length} of ${stretches.length} stretches below ${asked.sound.signalToErrorDb}, at s: ${poorAtS.join(' ') || 'none'}); ${clicks} clicks at ${seams.length} seams; ` +
          `worst gap or overlap ${worstSeam.toFixed(2)} samples; each seam, samples/dB over the error around: ${detail.join(', ')}; ${note}`,
      },
    ],
    json: null,
    beside: {
      sound: {
        signalToErrorDb,
        medianDb,
        poorStretches: poor.length,
        seams: seams.length,
        clicks,
        seamFrames: worstSeam,
        held,
      },
    },
  }
}

interface Place {
  readonly frame: number
  /** Source position that sounds there. */
  readonly at: number
  readonly step?: number
}

interface Stretch {
  readonly fit: Fit
  readonly from: number
}

const placeOf = ({ fit: { middle, at, step } }: Stretch): Place => ({ frame: middle, at, step })

/** Consecutive stretches of `frames` recorded frames from a place on, each found from the one before. */
function follow(ear: Float32Array, source: Float32Array, place: Place, frames: number): Stretch[] {
  const length = framesOf(STRETCH_S)
  const out: Stretch[] = []
  for (let from = place.frame; from + length <= Math.min(place.frame + frames, ear.length); from += length) {
    const last = out.at(-1)
    const { frame, at, step = STEP } = last === undefined ? place : placeOf(last)
    const guess = { at: at + (from + length / 2 - frame) * step, step }
    const reach = last === undefined && place.step === undefined ? ROUGHLY_S * MUSIC_RATE : 0.05 * MUSIC_RATE
    out.push({ from, fit: findStretch(ear, from, length, source, guess, reach) })
  }
  return out
}
