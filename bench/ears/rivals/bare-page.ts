import type { Page } from 'playwright'
import { MUSIC_RATE, noiseMusic } from '../music/noise-music.ts'
import { wavFile } from '../music/wav.ts'
import { medianOf } from '../measure/summary.ts'
import { Listener } from '../people/listener.ts'
import type { Rig } from '../rig/rig.ts'

const LOOP_S = 30
const SEED = 901
/** As Earshot asks for. */
const LATENCY_HINT_S = 0.03
/** A client that knows no better believes the median of so much, ms. */
const BELIEVED_MS = 500
const ADDRESS = 'http://localhost/bare'

/** The music of all pages, as a file. To be made once, before anybody is heard: it takes processor time. */
export const bareMusic = (): Buffer => wavFile(noiseMusic(SEED, LOOP_S), MUSIC_RATE)

/** One `getOutputTimestamp()`: the music at `positionS` leaves the device at `wallMs`. */
interface Stamp {
  readonly wallMs: number
  readonly positionS: number
}

/** What the browser said of its own output, for as long as a page was there. */
export type Stamps = readonly Stamp[]

export interface BarePageOptions {
  readonly ear: number
  readonly music: Buffer
  /** When the loop began, the same for all. */
  readonly startWallMs: number
  /** See `ListenerOptions`. */
  readonly givesWay: boolean
}

/**
 * A browser process of its own with a page that loops one buffer, started by the browser's timestamps so that everybody's stands at the same
 * place, and never corrected: what is lost stays lost. Nothing stands between the output and who listens but the browser.
 */
export class BarePage {
  readonly #listener: Listener

  private constructor(listener: Listener) {
    this.#listener = listener
  }

  /** Plays once it is there. */
  static async arrive(rig: Rig, { ear, music, startWallMs, givesWay }: BarePageOptions): Promise<BarePage> {
    const listener = await Listener.arrive({ env: rig.env(ear), bufferFrames: 0, givesWay })
    const { page } = listener
    await serve(page, music)
    await page.goto(ADDRESS)
    await page.getByRole('button', { name: 'Play' }).click()
    await page.evaluate(play, { startWallMs, loopS: LOOP_S, latencyHint: LATENCY_HINT_S })
    listener.belongs()
    return new BarePage(listener)
  }

  /** All stamps until now. */
  stamps(): Promise<Stamps> {
    return this.#listener.page.evaluate(() => (globalThis as unknown as { bareStamps: Stamp[] }).bareStamps)
  }

  leave(): Promise<void> {
    return this.#listener.leave()
  }
}

/** How much later than by `first` the music is heard by `second` at a time, ms, as their stamps tell; null where one of them tells nothing. */
export function toldSkewMs(first: Stamps, second: Stamps, wallMs: number): number | null {
  const [a, b] = [first, second].map((stamps) => {
    const lately = stamps.filter((stamp) => stamp.wallMs <= wallMs && stamp.wallMs > wallMs - BELIEVED_MS)
    return medianOf(lately.map((stamp) => stamp.positionS * 1000 + wallMs - stamp.wallMs))
  }) as [number, number]
  return Number.isNaN(a) || Number.isNaN(b) ? null : a - b
}

/** The page and its music come from nowhere, with the headers that let a clock step by 5 µs. */
async function serve(page: Page, music: Buffer): Promise<void> {
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
  await page.route(`${ADDRESS}/music.wav`, (route) => route.fulfill({ headers, contentType: 'audio/wav', body: music }))
  await page.route(ADDRESS, (route) =>
    route.fulfill({
      ...{ headers, contentType: 'text/html' },
      body: '<!doctype html><title>Bare page</title><button>Play</button>',
    }),
  )
}

/** Runs in the page. Begins again, unheard, as long as the output of a page that still loads falls behind meanwhile. */
async function play(options: { startWallMs: number; loopS: number; latencyHint: number }): Promise<void> {
  const { startWallMs, loopS, latencyHint } = options
  const context = new AudioContext({ latencyHint })
  const buffer = await context.decodeAudioData(await (await fetch('/bare/music.wav')).arrayBuffer())
  const volume = new GainNode(context, { gain: 0 })
  volume.connect(context.destination)
  await context.resume()
  const pause = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms))
  const told = (): { contextS: number; wallMs: number } => {
    const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp()
    return { contextS: contextTime, wallMs: performance.timeOrigin + performanceTime }
  }
  while (told().contextS <= 0) await pause(20)
  for (;;) {
    const source = new AudioBufferSourceNode(context, { buffer, loop: true })
    source.connect(volume)
    const now = told()
    const startS = context.currentTime + 0.5
    const startPositionS = (now.wallMs + (startS - now.contextS) * 1000 - startWallMs) / 1000
    source.start(startS, startPositionS % loopS)
    await pause(1000)
    const then = told()
    const positionS = startPositionS + then.contextS - startS
    if (Math.abs(positionS - (then.wallMs - startWallMs) / 1000) < 0.05) {
      const stamps: { wallMs: number; positionS: number }[] = []
      Object.assign(globalThis, { bareStamps: stamps })
      setInterval(() => {
        const { contextS, wallMs } = told()
        stamps.push({ wallMs, positionS: startPositionS + contextS - startS })
      }, 50)
      volume.gain.value = 1
      return
    }
    source.stop()
  }
}
