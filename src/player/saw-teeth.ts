import type { Point } from './robust-line.ts'

/** Between two updates stamps lie on a line: a step stands out when it is so large, and so many times larger than the ones before and after it. */
const STEP_MS = 0.15
const STEP_TIMES = 4
/** Larger ones are the beginnings of a disturbance, when the teeth do not follow their rule yet. */
const MOST_MS = 7
/** A tooth lasts for 1.5 s; what is shorter is none. */
const TOOTH_S = 1
/** Within a tooth stamps run away by this share of the step that ends it. */
const LEAST_DRIFT = 0.1
const MOST_DRIFT = 0.85
/** So much of a step is still to come, all teeth together: they shrink by a half to three quarters each. */
const TO_COME = 0.75
const DOUBT = 0.15

export interface Foreseen {
  /** Where the stamps will settle. */
  readonly level: Point
  readonly doubtMs: number
}

/**
 * A browser that asks a sound server every 1.5 s for its delay, and draws a smoothed line through the answers, tells saw teeth after a
 * disturbance: its stamps run away from the truth, step back towards it with the next answer, run away more slowly, and so on for some
 * fifteen seconds. Teeth shrink evenly, so each one tells where it will end.
 */
export class SawTeeth {
  /** The last four. */
  #stamps: Point[] = []
  #start: Point | null = null
  /** The step that began this tooth. */
  #step = 0

  /** The end of the teeth, when `stamp` shows that one has ended; null otherwise. @param msPerS slope of the true line */
  observe(stamp: Point, msPerS: number): Foreseen | null {
    this.#stamps.push(stamp)
    if (this.#stamps.length > 4) this.#stamps.shift()
    const [, last, first] = this.#stamps
    if (this.#stamps.length < 4 || last === undefined || first === undefined) return null
    const [before, step, after] = [this.#stepTo(1, msPerS), this.#stepTo(2, msPerS), this.#stepTo(3, msPerS)]
    if (Math.abs(step) < Math.max(STEP_MS, STEP_TIMES * Math.max(Math.abs(before), Math.abs(after)))) return null
    const [start, former] = [this.#start, this.#step]
    this.#start = first
    this.#step = step
    if (start === null || last.x - start.x < TOOTH_S) return null
    const drift = last.y - start.y - msPerS * (last.x - start.x)
    const share = -drift / step
    // Two in a row on the same side: noise steps to and fro.
    if (former * step <= 0 || Math.abs(step) > Math.abs(former)) return null
    if (share < LEAST_DRIFT || share > MOST_DRIFT || Math.abs(step) > MOST_MS) return null
    return { level: { x: first.x, y: first.y + TO_COME * step }, doubtMs: DOUBT * Math.abs(step) }
  }

  /** How much one of the stamps lies above the one before it. */
  #stepTo(index: number, msPerS: number): number {
    const [former, { x, y }] = [this.#stamps[index - 1]!, this.#stamps[index]!]
    return y - former.y - msPerS * (x - former.x)
  }

  /** What comes next has nothing to do with what was. */
  reset(): void {
    this.#stamps = []
    this.#start = null
    this.#step = 0
  }
}
