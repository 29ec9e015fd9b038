import { makeKernel, type Kernel } from '../../src/player/kernel.ts'
import type { RenderSegment } from '../../src/player/messages.ts'
import { Renderer } from '../../src/player/renderer.ts'

export const BLOCK = 128
/** Of the context in all tests that hand tracks to a renderer. */
export const RATE = 48_000

const kernels = new Map<number, Kernel>()

export function openStream(renderer: Renderer, key: number, sampleRate: number, channels: 1 | 2): void {
  const kernel = kernels.get(sampleRate) ?? makeKernel(Math.min(1, RATE / sampleRate))
  kernels.set(sampleRate, kernel)
  renderer.receive({ kind: 'kernel', sampleRate, kernel })
  renderer.receive({ kind: 'open', key, generation: 1, sampleRate, channels })
}

/** A renderer at `rate` whose map says that frame 0 is heard at room time 0, at a pace of `1 + ppm` of room time. */
export function rendererAt(rate: number, ppm = 0): Renderer {
  const renderer = new Renderer()
  renderer.receive({ kind: 'map', map: mapAt(rate, ppm) })
  return renderer
}

export const mapAt = (rate: number, ppm = 0, roomMs = 0) => ({
  frame: 0,
  roomMs,
  msPerFrame: (1000 / rate) * (1 + ppm * 1e-6),
})

/** Hands a whole track to the renderer, in chunks of `chunkFrames`. */
export function feed(
  renderer: Renderer,
  key: number,
  planes: readonly Float32Array[],
  rate: number,
  chunkFrames = 4096,
): void {
  const channels = planes.length === 1 ? 1 : 2
  const frames = planes[0]!.length
  openStream(renderer, key, rate, channels)
  for (let at = 0; at < frames; at += chunkFrames) {
    const chunk = planes.map((plane) => plane.slice(at, at + chunkFrames))
    renderer.receive({ kind: 'pcm', key, generation: 1, startFrame: at, planes: chunk })
  }
  renderer.receive({ kind: 'end', key, generation: 1, frames })
}

type TestSegment = Omit<RenderSegment, 'gain'> & { readonly gain?: number }

/** Segments at their own level where none is said. */
export const segments = (renderer: Renderer, ...list: readonly TestSegment[]): void =>
  renderer.receive({ kind: 'segments', segments: list.map((segment) => ({ gain: 1, ...segment })) })

/** Renders `frames` (rounded up to blocks) from context frame `from`; the left channel. `before` runs ahead of each block. */
export function render(
  renderer: Renderer,
  from: number,
  frames: number,
  before?: (frame: number) => void,
): Float32Array {
  const blocks = Math.ceil(frames / BLOCK)
  const out = new Float32Array(blocks * BLOCK)
  const left = new Float32Array(BLOCK)
  const right = new Float32Array(BLOCK)
  for (let i = 0; i < blocks; i++) {
    before?.(from + i * BLOCK)
    renderer.render(from + i * BLOCK, left, right)
    out.set(left, i * BLOCK)
  }
  return out
}

export const sine = (hz: number, rate: number, frames: number, amplitude = 0.5): Float32Array =>
  Float32Array.from({ length: frames }, (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / rate))

/** Signal to error, dB. */
export function snrDb(signal: Float32Array, expected: (index: number) => number, from = 0, to = signal.length): number {
  let power = 0
  let error = 0
  for (let i = from; i < to; i++) {
    power += expected(i) ** 2
    error += (signal[i]! - expected(i)) ** 2
  }
  return 10 * Math.log10(power / error)
}

/** Largest absolute difference. */
export function worst(signal: Float32Array, expected: (index: number) => number, from: number, to: number): number {
  let most = 0
  for (let i = from; i < to; i++) most = Math.max(most, Math.abs(signal[i]! - expected(i)))
  return most
}
