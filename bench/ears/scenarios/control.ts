import { setTimeout as wait } from 'node:timers/promises'
import { asked } from '../asked.ts'
import { onsetAfter, passageOnset } from '../measure/onset.ts'
import { joined, skewSeries, type SkewSeries } from '../measure/skew.ts'
import { noiseMusic } from '../music/noise-music.ts'
import { passageOf, writeTracks, type OwnTrack } from '../music/tracks.ts'
import { erase, ownFolder } from '../rig/owned.ts'
import { framesOf, RECORD_RATE, wallNowMs, type Recording } from '../rig/rig.ts'
import type { Stage } from '../people/stage.ts'
import { failed, skewOf, skewOutcome, told, type Bench, type Outcome } from '../scenario.ts'

/** Of each kind. */
const TIMES = 10
/** Long enough to settle, pause, resume and seek in. */
const LONG_S = 150
/** Skipped through, each before it ends. */
const SKIPPED_S = 9
/** Played to their ends. */
const SHORT_S = 4
const PAUSE_MS = 1300
const LISTEN_MS = 2200
/** So much of what should begin is compared with what was heard, and so long after the command it may have begun. */
const PASSAGE_S = 1.75
const WITHIN_S = 1.5

const kinds = ['resume', 'seek', 'skip', 'advance'] as const
type Kind = (typeof kinds)[number]

interface Change {
  readonly kind: Kind
  /** Wall-clock ms of the command; what follows is looked for from then on, `withinS` long. */
  readonly atMs: number
  readonly withinS: number
  /** What begins to sound; null: the first sound after silence. */
  readonly passage: Float32Array | null
}

/** Pause and resume, seek, skip, and tracks that follow each other by themselves: the first second after each. */
export async function control(bench: Bench): Promise<Outcome> {
  const folder = await ownFolder()
  bench.onEnd(async () => erase(folder))
  const lengths = [LONG_S, ...Array<number>(TIMES).fill(SKIPPED_S), ...Array<number>(TIMES).fill(SHORT_S)]
  const tracks = await writeTracks(
    folder,
    lengths.map((seconds, i) => noiseMusic(100 + i, seconds)),
  )
  const stage = await bench.stage({ listeners: 2, files: tracks.map(({ path }) => path) })
  await wait(bench.settings.settleS * 1000)
  const recording = await stage.rig.record()
  const changes = await perform(stage, tracks)
  const heard = await hear(recording, changes)
  const lost = heard.filter(({ series }) => series === null).map(({ kind }) => kind)
  const byKind = Object.fromEntries(
    kinds.map((kind) => [kind, joined(heard.flatMap((change) => (change.kind === kind ? (change.series ?? []) : [])))]),
  ) as Record<Kind, SkewSeries>
  const texts = kinds.map((kind) => {
    const { median, max } = skewOf(byKind[kind])
    return `${kind} ${median.toFixed(3)}/${max.toFixed(3)}`
  })
  const note = `median/max: ${texts.join(', ')}; not heard: ${lost.join(', ') || 'none'}; ${await told(stage)}`
  const kindsJson = Object.fromEntries(kinds.map((kind) => [kind, skewOf(byKind[kind])]))
  const outcome = skewOutcome('control', joined(Object.values(byKind)), asked.control, note, {
    kinds: kindsJson,
    lost: lost.length,
  })
  return lost.length === 0 ? outcome : failed(outcome)
}

async function perform(stage: Stage, tracks: readonly OwnTrack[]): Promise<Change[]> {
  const [presser] = stage.listeners
  const [long, ...others] = tracks
  const changes: Change[] = []
  const next = (track: OwnTrack): Float32Array => passageOf(track, 0, PASSAGE_S)
  for (let i = 0; i < TIMES; i++) {
    await presser.press('Pause')
    await wait(PAUSE_MS)
    changes.push({ kind: 'resume', atMs: await presser.press('Play'), withinS: WITHIN_S, passage: null })
    await wait(LISTEN_MS)
  }
  for (let i = 0; i < TIMES; i++) {
    // Back and forth, never near to where it plays.
    const toS = 5 + ((i * 37) % (LONG_S - 30))
    const passage = passageOf(long!, toS, PASSAGE_S)
    changes.push({ kind: 'seek', atMs: await presser.seek(toS), withinS: WITHIN_S, passage })
    await wait(LISTEN_MS)
  }
  for (const track of others.slice(0, TIMES)) {
    changes.push({ kind: 'skip', atMs: await presser.press('Skip'), withinS: WITHIN_S, passage: next(track) })
    await wait(LISTEN_MS)
  }
  const startedMs = wallNowMs()
  const withinS = SKIPPED_S + TIMES * SHORT_S + 2
  await wait((withinS + 1) * 1000)
  const advances = others.slice(TIMES).map((track) => next(track))
  return [...changes, ...advances.map((passage) => ({ kind: 'advance' as const, atMs: startedMs, withinS, passage }))]
}

async function hear(recording: Recording, changes: readonly Change[]) {
  const frames = changes.map(({ atMs }) => recording.frameAt(atMs))
  const [first, second] = (await recording.stop()) as [Float32Array, Float32Array]
  return changes.map(({ kind, passage, withinS }, i) => {
    const from = frames[i]!
    const until = from + framesOf(withinS)
    const onsets = [first, second].map((samples) =>
      passage === null
        ? onsetAfter(samples, RECORD_RATE, from, until)
        : passageOnset(samples, RECORD_RATE, passage, from, until),
    )
    const onset = Math.min(...onsets.map((frame) => frame ?? Infinity))
    if (onset === Infinity) return { kind, series: null }
    return {
      kind,
      series: skewSeries(first, second, { rate: RECORD_RATE, from: onset, until: onset + framesOf(1) }),
    }
  })
}
