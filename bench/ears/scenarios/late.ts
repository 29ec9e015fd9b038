import { setTimeout as wait } from 'node:timers/promises'
import { asked } from '../asked.ts'
import { onsetAfter } from '../measure/onset.ts'
import { joined, skewSeries, type SkewSeries } from '../measure/skew.ts'
import { framesOf, RECORD_RATE, wallNowMs, type Rig } from '../rig/rig.ts'
import { failed, skewOutcome, told, type Bench, type Outcome } from '../scenario.ts'

const JOINS = 5
/** How long each newcomer is listened to, from their first sound on. */
const LISTEN_S = 10
/** Windows of the first second. */
const FIRST = 4
/** Nothing of the guest before is left in the loudspeaker after this, ms. */
const GONE_MS = 1_000

/** A third, fresh browser process joins, is heard beside the first listener, and leaves; again and again. */
export async function late(bench: Bench): Promise<Outcome> {
  const stage = await bench.stage({ listeners: 2, ears: 3 })
  await wait(bench.settings.settleS * 1000)
  const stretches = await lateRounds(stage.rig, async () => {
    const guest = await stage.join(2)
    return () => guest.leave()
  })
  return lateOutcome('late', stretches, await told(stage))
}

/** Lets a third one in at the third loudspeaker, again and again; `join` resolves once they are in, with the way to leave. Null: nothing was heard of them. */
export async function lateRounds(rig: Rig, join: () => Promise<() => Promise<void>>): Promise<(SkewSeries | null)[]> {
  const recording = await rig.record()
  const joinedMs: number[] = []
  for (let i = 0; i < JOINS; i++) {
    joinedMs.push(wallNowMs())
    const leave = await join()
    await wait(LISTEN_S * 1000)
    await leave()
    await wait(GONE_MS)
  }
  const joins = joinedMs.map((ms) => recording.frameAt(ms))
  const [first, , third] = await recording.stop()
  return joins.map((from) => {
    const onset = onsetAfter(third!, RECORD_RATE, from)
    if (onset === null) return null
    const until = onset + framesOf(LISTEN_S)
    return skewSeries(first!, third!, { rate: RECORD_RATE, from: onset, until })
  })
}

export function lateOutcome(name: string, rounds: readonly (SkewSeries | null)[], note: string): Outcome {
  const heard = rounds.flatMap((round) => round ?? [])
  const firstSeconds = heard.map(({ windows }) =>
    windows
      .slice(0, FIRST)
      .map(({ skewMs }) => skewMs.toFixed(2))
      .join(' '),
  )
  const text = `${heard.length} of ${JOINS} joins; first seconds: ${firstSeconds.join(' | ')}; ${note}`
  const outcome = skewOutcome(name, joined(heard), asked.late, text, { joins: heard.length })
  return heard.length === JOINS ? outcome : failed(outcome)
}
