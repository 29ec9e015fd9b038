import type { Page } from 'playwright'
import type { World } from './world.ts'

export interface ClockWorld {
  /** How far the wall clock is off, ms. */
  readonly wallMs: number
  /** How much faster than true time all of the page's clocks run, ppm. */
  readonly ppm: number
}

/** Scripts that the browser loads into scopes of their own, where no init script of the page reaches. */
const OTHER_SCOPES = new Set(['audioworklet', 'worker', 'sharedworker'])

/**
 * A page in a consistent world whose wall clock is wrong and whose oscillator is fast or slow: wall clock, monotonic clock, time stamps
 * of events, frames and audio output, and timers. The sound card keeps its own clock, as it does in a real machine.
 */
export const otherClock =
  (world: ClockWorld): World =>
  async (page: Page) => {
    await page.addInitScript(bendClocks, world)
    const prelude = `(${bendClocks.toString()})(${JSON.stringify(world)});\n`
    await page.route('**/*.js', async (route) => {
      const { 'sec-fetch-dest': destination = '' } = await route.request().allHeaders()
      if (!OTHER_SCOPES.has(destination)) return route.continue()
      const response = await route.fetch()
      return route.fulfill({ response, body: prelude + (await response.text()) })
    })
  }

/** Runs inside the page, its worklets and its workers: it must not name anything from outside. */
export function bendClocks({ wallMs, ppm }: ClockWorld): void {
  const pace = 1 + ppm * 1e-6
  const scope = globalThis as unknown as Record<string, unknown>
  Object.assign(scope, { earClock: { wallMs, ppm } })
  const TrueDate = Date
  // Everything runs off the same oscillator: the wall clock goes on from where it stands now, at the same wrong pace.
  const bornMs = TrueDate.now()
  const wallNow = (): number => Math.floor(bornMs + wallMs + (TrueDate.now() - bornMs) * pace)
  const BentDate = function (this: unknown, ...parts: unknown[]): unknown {
    if (new.target === undefined) return new TrueDate(wallNow()).toString()
    return Reflect.construct(TrueDate, parts.length === 0 ? [wallNow()] : parts, new.target)
  }
  Object.setPrototypeOf(BentDate, TrueDate)
  BentDate.prototype = TrueDate.prototype
  Object.assign(BentDate, { now: wallNow })
  Object.defineProperty(TrueDate.prototype, 'constructor', { value: BentDate, configurable: true, writable: true })
  scope['Date'] = BentDate

  const bendGetter = (prototype: object | undefined, name: string, bend: (value: number) => number): void => {
    const found = prototype === undefined ? undefined : Object.getOwnPropertyDescriptor(prototype, name)
    if (prototype === undefined || found?.get === undefined) return
    const read = found.get
    Object.defineProperty(prototype, name, {
      ...found,
      get(this: unknown) {
        return bend(read.call(this) as number)
      },
    })
  }
  const faster = (ms: number): number => ms * pace
  if (typeof Performance !== 'undefined') {
    const now = Performance.prototype.now
    Performance.prototype.now = function (this: Performance): number {
      return faster(now.call(this))
    }
    bendGetter(Performance.prototype, 'timeOrigin', (ms) => ms + wallMs)
  }
  if (typeof Event !== 'undefined') bendGetter(Event.prototype, 'timeStamp', faster)
  if (typeof AudioContext !== 'undefined') {
    const read = AudioContext.prototype.getOutputTimestamp
    AudioContext.prototype.getOutputTimestamp = function (this: AudioContext): AudioTimestamp {
      const stamp = read.call(this)
      return {
        ...stamp,
        ...(stamp.performanceTime === undefined ? {} : { performanceTime: faster(stamp.performanceTime) }),
      }
    }
  }
  for (const name of ['setTimeout', 'setInterval']) {
    const wait = scope[name] as ((task: unknown, ms?: number, ...rest: unknown[]) => number) | undefined
    if (wait === undefined) continue
    scope[name] = (task: unknown, ms = 0, ...rest: unknown[]): number => wait(task, ms / pace, ...rest)
  }
  const frame = scope['requestAnimationFrame'] as ((task: (ms: number) => void) => number) | undefined
  if (frame !== undefined)
    scope['requestAnimationFrame'] = (task: (ms: number) => void): number => frame((ms) => task(faster(ms)))
  if (typeof HTMLVideoElement !== 'undefined') {
    const request = HTMLVideoElement.prototype.requestVideoFrameCallback
    HTMLVideoElement.prototype.requestVideoFrameCallback = function (this: HTMLVideoElement, task) {
      return request.call(this, (ms, { presentationTime, expectedDisplayTime, ...rest }) =>
        task(faster(ms), {
          ...rest,
          presentationTime: faster(presentationTime),
          expectedDisplayTime: faster(expectedDisplayTime),
        }),
      )
    }
  }
}
