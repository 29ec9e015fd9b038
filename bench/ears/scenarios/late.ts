import { setTimeout as wait } from 'node:timers/promises'
import { asked } from '../asked.ts'
import { onsetAfter } from '../measure/onset.ts'
import { joined, skewSeries, type SkewSeries } from '../measure/skew.ts'
import { framesOf, RECORD_RATE, wallNowMs } from '../rig/rig.ts'
import { failed, skewOutcome, told, type Bench, type Outcome } from '../scenario.ts'

const JOINS = 5
/** How long each newcomer is listened to, from their first sound on. */
const LISTEN_S = 10

/** A third, fresh browser process joins, is heard beside the first listener, and leaves; again and again. */
export async function late(bench: Bench): Promise<Outcome> {
  const stage = await bench.stage({ listeners: 2, ears: 3 })
  await wait(bench.settings.settleS * 1000)
  const recording = await stage.rig.record()
  const joinedMs: number[] = []
  for (let i = 0; i < JOINS; i++) {
    joinedMs.push(wallNowMs())
    const guest = await stage.join(2)
    await wait(LISTEN_S * 1000)
    await guest.leave()
  }
  const joins = joinedMs.map((ms) => recording.frameAt(ms))
  const [first, , third] = await recording.stop()
  const stretches = joins.flatMap((join): SkewSeries[] => {
    const onset = onsetAfter(third!, RECORD_RATE, join)
    if (onset === null) return []
    return [skewSeries(first!, third!, { rate: RECORD_RATE, from: onset, until: onset + framesOf(LISTEN_S) })]
  })
  const firstSecond = stretches.map(({ windows }) =>
    windows
      .slice(0, 4)
      .map(({ skewMs }) => Number(skewMs.toFixed(2)))
      .join(' '),
  )
  const note = `${stretches.length} of ${JOINS} joins; first seconds: ${firstSecond.join(' | ')}; ${await told(stage)}`
  const outcome = skewOutcome('late', joined(stretches), asked.late, note, { joins: stretches.length })
  return stretches.length === JOINS ? outcome : failed(outcome)
}
