import { holds, limitsText, type Limits } from './asked.ts'
import { summarise, type Summary } from './measure/summary.ts'
import type { SkewSeries } from './measure/skew.ts'
import type { Stage, StageOptions } from './people/stage.ts'

/** What a run was asked for. */
export interface Settings {
  /** Length of the scenarios that listen for a while, s. */
  readonly seconds: number
  /** Young streams settle for so long before the ears listen, s. */
  readonly settleS: number
  readonly presses: number
  readonly bufferFrames: number
  /** Where the plot of `steady` goes. */
  readonly plotFile: string | null
}

export interface Bench {
  readonly settings: Settings
  /** Sets a stage that is torn down when the scenario ends, however it ends. */
  stage(options: Omit<StageOptions, 'bufferFrames'>): Promise<Stage>
  /** Something else to tear down with it. */
  onEnd(task: () => Promise<unknown>): void
}

/** One line of the table. */
export interface Row {
  readonly name: string
  /** |skew|, ms, unless the note says otherwise; null when the scenario has another figure. */
  readonly figures: Summary | null
  readonly asked: string
  readonly held: boolean
  readonly windows?: Windows
  readonly note: string
}

export interface Windows {
  readonly counted: number
  readonly silent: number
  readonly alone: number
  readonly unlike: number
}

export interface Outcome {
  readonly rows: readonly Row[]
  /** What the JSON says under the scenario's key; null: all of it stands beside. */
  readonly json: Readonly<Record<string, unknown>> | null
  /** Figures that stand beside the scenarios in the JSON. */
  readonly beside?: Readonly<Record<string, unknown>>
}

/** An outcome in which |skew| in windows is the figure. */
export interface SkewOutcome extends Outcome {
  readonly json: Readonly<Record<string, unknown>>
}

export type Scenario = (bench: Bench) => Promise<Outcome>

export const countWindows = ({ windows, silent, alone, unlike }: SkewSeries): Windows => ({
  counted: windows.length,
  silent: silent.length,
  alone: alone.length,
  unlike: unlike.length,
})

/** The same, but it does not hold: something that should have been heard was not. */
export const failed = ({ rows, json }: SkewOutcome): SkewOutcome => ({
  rows: rows.map((row) => ({ ...row, held: false })),
  json: { ...json, held: false },
})

export const skewOf = (series: SkewSeries): Summary => summarise(series.windows.map(({ skewMs }) => skewMs))

/** A scenario whose one figure is |skew| in windows. It holds only when everybody sounded, and the same, in every window that sounds at all. */
export function skewOutcome(
  name: string,
  series: SkewSeries,
  limits: Limits,
  note: string,
  json: Record<string, unknown> = {},
): SkewOutcome {
  const figures = skewOf(series)
  const windows = countWindows(series)
  const held = holds(figures, limits) && windows.alone === 0 && windows.unlike === 0
  return {
    rows: [{ name, figures, asked: limitsText(limits), held, windows, note }],
    json: { ...figures, held, ...windows, ...json },
  }
}

/** What each listener's player believes of itself, beside what was heard. */
export async function told(stage: Stage): Promise<string> {
  const playback = await Promise.all(stage.listeners.map((listener) => listener.told()))
  const texts = playback.map(
    ({ state, errorMs, outputLatencyMs }) => `${state} ${errorMs.toFixed(2)}/${outputLatencyMs.toFixed(0)}`,
  )
  return `told error/latency: ${texts.join(', ')}`
}
