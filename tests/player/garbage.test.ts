import { getHeapStatistics } from 'node:v8'
import { expect, it } from 'vitest'
import { BLOCK, feed, RATE, render, rendererAt, segments, sine } from './support.ts'

/** In which the engine translates what runs often. */
const WARM_UP_S = 40
const STRETCH_S = 8
/** The middle one counts: in one of them the engine may collect. */
const STRETCHES = 5
/** A view for each read, and a closure for each search, made 500 of it. */
const MOST_BYTES_PER_BLOCK = 150

it('[SOUND-31] renders on without garbage: while that is collected on the audio thread, nothing sounds', () => {
  const renderer = rendererAt(RATE, 20)
  segments(renderer, { key: 1, startsAtMs: 0, positionMs: 0, endsAtMs: 600_000 })
  const frames = (WARM_UP_S + STRETCHES * STRETCH_S + 1) * 44_100
  feed(renderer, 1, [sine(440, 44_100, frames), sine(550, 44_100, frames)], 44_100)
  render(renderer, 0, WARM_UP_S * RATE)
  const [left, right] = [new Float32Array(BLOCK), new Float32Array(BLOCK)]
  let frame = WARM_UP_S * RATE
  const bytesPerBlock = Array.from({ length: STRETCHES }, () => {
    const before = getHeapStatistics().used_heap_size
    const end = frame + STRETCH_S * RATE
    for (; frame < end; frame += BLOCK) renderer.render(frame, left, right)
    return (getHeapStatistics().used_heap_size - before) / ((STRETCH_S * RATE) / BLOCK)
  }).toSorted((a, b) => a - b)
  expect(left.some((value) => value !== 0)).toBe(true)
  expect(bytesPerBlock[Math.floor(STRETCHES / 2)]).toBeLessThan(MOST_BYTES_PER_BLOCK)
})
