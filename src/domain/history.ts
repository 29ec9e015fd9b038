import type { Segment } from './room-state.ts'
import type { Step } from './walk.ts'

/**
 * What has sounded, latest first, as a function of how many steps are over. Consecutive segments of one entry
 * (pause, seek) are one run, and a run that still goes on is no history yet (PLAY-13).
 */
export function createHistory(steps: readonly Step[]): (over: number) => readonly Segment[] {
  let runs: Segment[] = []
  let counted = 0
  let history: readonly Segment[] = []

  return (over) => {
    if (over === counted) return history
    if (over < counted) {
      runs = []
      counted = 0
    }
    for (; counted < over; counted++) append(runs, (steps[counted] as Step).segment)
    const last = runs.at(-1)
    const present = steps[over]?.segment
    const goesOn = last !== undefined && present !== undefined && continues(last, present)
    history = (goesOn ? runs.slice(0, -1) : runs).filter(({ playing }) => playing).reverse()
    return history
  }
}

const continues = (run: Segment, segment: Segment): boolean =>
  run.entry === segment.entry && run.endsAtMs === segment.startsAtMs

function append(runs: Segment[], segment: Segment): void {
  const last = runs.at(-1)
  if (last === undefined || !continues(last, segment)) runs.push(segment)
  else runs[runs.length - 1] = { ...last, endsAtMs: segment.endsAtMs, playing: last.playing || segment.playing }
}
