import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feed, mapAt, openStream, RATE, render, rendererAt, segments, sine, snrDb, worst } from './support.ts'

const SECOND: number = RATE
const minute = { key: 1, startsAtMs: 0, positionMs: 0, endsAtMs: 60_000 }

describe('resampling', () => {
  it.each([
    [44_100, 1_000],
    [44_100, 10_000],
    [44_100, 17_000],
    [48_000, 997],
    [96_000, 15_000],
    [22_050, 8_000],
  ])('[SOUND-1] converts a %d Hz file with a tone of %d Hz at 80 dB signal to error or better', (rate, hz) => {
    const renderer = rendererAt(RATE)
    segments(renderer, minute)
    feed(renderer, 1, [sine(hz, rate, 2 * rate)], rate)
    const out = render(renderer, 0, SECOND)
    expect(snrDb(out, (i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / RATE), 1_000)).toBeGreaterThan(80)
  })

  it('[SOUND-1] keeps 80 dB while it corrects by any rate within 500 ppm', () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 200, max: 15_000 }), (ppm, hz) => {
        const renderer = rendererAt(RATE, ppm)
        segments(renderer, minute)
        feed(renderer, 1, [sine(hz, 44_100, 44_100)], 44_100)
        const out = render(renderer, 0, SECOND / 2)
        const pace = 1 + ppm * 1e-6
        return snrDb(out, (i) => 0.5 * Math.sin((2 * Math.PI * hz * i * pace) / RATE), 1_000) > 80
      }),
      { numRuns: 20 },
    )
  })
})

describe('time line', () => {
  it('[SOUND-2] sounds each frame at its room time to the sample, wherever chunks begin', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 100, max: 5_000 }), (startMs, chunk) => {
        const renderer = rendererAt(RATE)
        segments(renderer, { ...minute, startsAtMs: startMs, endsAtMs: startMs + 60_000 })
        feed(renderer, 1, [sine(440, RATE, SECOND)], RATE, chunk)
        const out = render(renderer, 0, SECOND)
        const first = (startMs * RATE) / 1000
        expect(worst(out, () => 0, 0, Math.floor(first) - 30)).toBeLessThan(1e-4)
        expect(
          worst(out, (i) => 0.5 * Math.sin((2 * Math.PI * 440 * (i - first)) / RATE), Math.ceil(first) + 30, SECOND),
        ).toBeLessThan(1e-4)
      }),
      { numRuns: 20 },
    )
  })

  it('[SOUND-3] joins two tracks without gap, overlap or fade: a tone cut in two comes out whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: 30_000 }), fc.constantFrom(44_100, 48_000), (cut, rate) => {
        const whole = sine(441, rate, 2 * rate)
        const renderer = rendererAt(RATE)
        const seamMs = (cut * 1000) / rate
        const second = { key: 2, startsAtMs: seamMs, positionMs: 0, endsAtMs: 2_000 }
        segments(renderer, { ...minute, endsAtMs: seamMs }, second)
        feed(renderer, 1, [whole.slice(0, cut)], rate)
        feed(renderer, 2, [whole.slice(cut)], rate)
        const out = render(renderer, 0, SECOND)
        expect(worst(out, (i) => 0.5 * Math.sin((2 * Math.PI * 441 * i) / RATE), 100, SECOND)).toBeLessThan(1e-4)
      }),
      { numRuns: 20 },
    )
  })

  it('[SOUND-3] joins them with the correction in force: the second continues where the first one really was', () => {
    const cut = 20_000
    const whole = sine(441, RATE, 2 * SECOND)
    const renderer = rendererAt(RATE)
    const seamMs = (cut * 1000) / RATE
    segments(renderer, { ...minute, endsAtMs: seamMs }, { key: 2, startsAtMs: seamMs, positionMs: 0, endsAtMs: 2_000 })
    feed(renderer, 1, [whole.slice(0, cut)], RATE)
    feed(renderer, 2, [whole.slice(cut)], RATE)
    // The output turns out to be 2 ms later than thought shortly before the seam.
    const out = render(renderer, 0, SECOND, (frame) => {
      if (frame === 128 * 150) renderer.receive({ kind: 'map', map: mapAt(RATE, 0, 2) })
    })
    // 2 ms at 0.2 % or less: no step larger than the tone's own steepest one.
    const steepest = 0.5 * 2 * Math.sin((Math.PI * 441 * 1.006) / RATE)
    expect(worst(out.subarray(1), (i) => out[i]!, 100, SECOND - 1)).toBeLessThan(steepest + 1e-4)
  })

  it('[SOUND-4] starts in the middle at the room position, with a fade', () => {
    const renderer = rendererAt(RATE)
    segments(renderer, { ...minute, startsAtMs: -300, endsAtMs: 60_000 })
    feed(renderer, 1, [sine(440, RATE, 2 * SECOND)], RATE)
    const out = render(renderer, 0, SECOND / 2)
    const phase = 0.3 * RATE
    expect(worst(out, (i) => 0.5 * Math.sin((2 * Math.PI * 440 * (i + phase)) / RATE), 600, SECOND / 2)).toBeLessThan(
      1e-4,
    )
    expect(Math.abs(out[1]!)).toBeLessThan(0.01)
  })

  it('[SOUND-5] crosses over at a seek, at the instant the room says', () => {
    const renderer = rendererAt(RATE)
    const first = { ...minute, endsAtMs: 300 }
    segments(renderer, first, { key: 2, startsAtMs: 300, positionMs: 1_000, endsAtMs: 10_000 })
    const tone = sine(300, RATE, 3 * SECOND)
    feed(renderer, 1, [tone], RATE)
    feed(renderer, 2, [tone], RATE)
    const out = render(renderer, 0, SECOND)
    const seam = 0.3 * RATE
    expect(worst(out, (i) => 0.5 * Math.sin((2 * Math.PI * 300 * i) / RATE), 100, seam)).toBeLessThan(1e-4)
    const jump = SECOND - seam
    expect(
      worst(out, (i) => 0.5 * Math.sin((2 * Math.PI * 300 * (i + jump)) / RATE), seam + 0.011 * RATE, SECOND),
    ).toBeLessThan(1e-4)
  })
})

describe('nothing clicks', () => {
  const steepest = (hz: number): number => 0.5 * 2 * Math.sin((Math.PI * hz) / RATE)
  /** Largest step between neighbouring frames. */
  const step = (out: Float32Array): number => worst(out.subarray(1), (i) => out[i]!, 0, out.length - 1)

  it('[SOUND-6] fades out when the list becomes empty and back in when it returns', () => {
    const renderer = rendererAt(RATE)
    segments(renderer, minute)
    feed(renderer, 1, [sine(200, RATE, 2 * SECOND)], RATE)
    const out = render(renderer, 0, SECOND, (frame) => {
      if (frame === 128 * 120) segments(renderer)
    })
    expect(step(out)).toBeLessThan(steepest(200) + 0.002)
    expect(worst(out, () => 0, 128 * 120 + 500, SECOND)).toBe(0)
  })

  it('[SOUND-6] fades out before it runs dry, waits, and rejoins in time when bytes come', () => {
    const renderer = rendererAt(RATE)
    segments(renderer, minute)
    const tone = sine(200, RATE, 2 * SECOND)
    openStream(renderer, 1, RATE, 1)
    renderer.receive({ kind: 'pcm', key: 1, generation: 1, startFrame: 0, planes: [tone.slice(0, 12_000)] })
    const states = new Set<string>()
    const out = render(renderer, 0, SECOND, (frame) => {
      states.add(renderer.report(frame).state)
      if (frame === 128 * 200) {
        renderer.receive({ kind: 'pcm', key: 1, generation: 1, startFrame: 12_000, planes: [tone.slice(12_000)] })
      }
    })
    expect(step(out)).toBeLessThan(steepest(200) + 0.002)
    expect(states).toContain('waiting')
    expect(worst(out, () => 0, 12_200, 128 * 200)).toBe(0)
    expect(worst(out, (i) => 0.5 * Math.sin((2 * Math.PI * 200 * i) / RATE), 128 * 200 + 600, SECOND)).toBeLessThan(
      1e-4,
    )
  })

  it('[SOUND-6] fades out when nobody knows what is heard when, and returns to the room’s present position', () => {
    const renderer = rendererAt(RATE)
    segments(renderer, minute)
    feed(renderer, 1, [sine(200, RATE, 2 * SECOND)], RATE)
    const out = render(renderer, 0, SECOND, (frame) => {
      if (frame === 128 * 120) renderer.receive({ kind: 'map', map: null })
      if (frame === 128 * 240) renderer.receive({ kind: 'map', map: mapAt(RATE) })
    })
    expect(step(out)).toBeLessThan(steepest(200) + 0.002)
    expect(worst(out, () => 0, 128 * 120 + 500, 128 * 240)).toBe(0)
    expect(worst(out, (i) => 0.5 * Math.sin((2 * Math.PI * 200 * i) / RATE), 128 * 240 + 600, SECOND)).toBeLessThan(
      1e-4,
    )
  })

  it('[SOUND-7] cuts over with a cross-fade when the output steps far, and is exact at once', () => {
    const renderer = rendererAt(RATE)
    segments(renderer, minute)
    feed(renderer, 1, [sine(200, RATE, 3 * SECOND)], RATE)
    const at = 128 * 150
    const out = render(renderer, 0, SECOND, (frame) => {
      if (frame === at) renderer.receive({ kind: 'map', map: mapAt(RATE, 0, 503) })
    })
    expect(step(out)).toBeLessThan(2 * steepest(200))
    const jump = 0.503 * RATE
    expect(worst(out, (i) => 0.5 * Math.sin((2 * Math.PI * 200 * (i + jump)) / RATE), at + 600, SECOND)).toBeLessThan(
      1e-4,
    )
  })
})

describe('level', () => {
  /** One sweep-free tone cut in two at `cut`, each half with its own gain. */
  function cutInTwo(gains: readonly [number, number], cut = 20_000, tail = 0): Float32Array {
    const whole = sine(441, RATE, 2 * SECOND)
    whole.fill(0, cut - tail, cut)
    const renderer = rendererAt(RATE)
    const seamMs = (cut * 1000) / RATE
    segments(
      renderer,
      { ...minute, endsAtMs: seamMs, gain: gains[0] },
      { key: 2, startsAtMs: seamMs, positionMs: 0, endsAtMs: 2_000, gain: gains[1] },
    )
    feed(renderer, 1, [whole.slice(0, cut)], RATE)
    feed(renderer, 2, [whole.slice(cut)], RATE)
    return render(renderer, 0, SECOND)
  }
  const tone = (i: number): number => 0.5 * Math.sin((2 * Math.PI * 441 * i) / RATE)

  it('[LOUD-6] sounds at the segment’s gain, whether it starts, is joined in the middle or cut over', () => {
    for (const startsAtMs of [0, -300]) {
      const renderer = rendererAt(RATE)
      segments(renderer, { ...minute, startsAtMs, gain: 0.4 })
      feed(renderer, 1, [sine(441, RATE, 3 * SECOND)], RATE)
      const phase = (-startsAtMs * RATE) / 1000
      const at = 128 * 150
      const out = render(renderer, 0, SECOND, (frame) => {
        if (frame === at) renderer.receive({ kind: 'map', map: mapAt(RATE, 0, 500) })
      })
      expect(worst(out, (i) => 0.4 * tone(i + phase), 600, at)).toBeLessThan(1e-4)
      expect(worst(out, (i) => 0.4 * tone(i + phase + RATE / 2), at + 600, SECOND)).toBeLessThan(1e-4)
    }
  })

  it('[LOUD-6] moves from one level to the next in 10 ms where two tracks are one piece of music: nothing clicks', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        fc.integer({ min: 15_000, max: 25_000 }),
        (before, after, cut) => {
          const out = cutInTwo([before, after], cut)
          const ramp = 0.01 * RATE
          const level = (i: number): number => before + (after - before) * Math.min(1, Math.max(0, (i - cut) / ramp))
          expect(worst(out, (i) => level(i) * tone(i), 100, SECOND)).toBeLessThan(2e-4)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('[LOUD-6] begins at its own level after a track that ended in silence: no loud first beat', () => {
    const cut = 20_000
    const out = cutInTwo([2, 0.2], cut, 300)
    expect(worst(out, (i) => 0.2 * tone(i), cut + 30, SECOND)).toBeLessThan(1e-4)
  })
})
