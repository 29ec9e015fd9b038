import { describe, expect, it } from 'vitest'
import { circuitPace, linkPace, startHeartbeat } from '../../src/net/heartbeat.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'

describe('heartbeat', () => {
  it('[RTC-12] silence is told once, within 6 s; anything heard puts it off', async () => {
    const time = new VirtualTime()
    const silentAtMs: number[] = []
    let beats = 0
    const heart = startHeartbeat(
      time,
      () => beats++,
      () => silentAtMs.push(time.nowMs()),
    )
    await time.advance(4_000)
    heart.heard()
    await time.advance(20_000)
    expect(silentAtMs).toHaveLength(1)
    expect(silentAtMs[0]! - 4_000).toBeLessThanOrEqual(6_000)
    expect(linkPace.silenceMs + linkPace.beatMs).toBeLessThan(6_000)
    expect(beats).toBeGreaterThan(4)
  })

  it('[LIB-20] over a circuit a third of the beats is enough: silence is told within 13 s', async () => {
    const time = new VirtualTime()
    const silentAtMs: number[] = []
    let beats = 0
    startHeartbeat(
      time,
      () => beats++,
      () => silentAtMs.push(time.nowMs()),
      circuitPace,
    )
    await time.advance(30_000)
    expect(silentAtMs).toHaveLength(1)
    expect(silentAtMs[0]).toBeLessThanOrEqual(13_000)
    expect(beats).toBe(3)
  })

  it('[RTC-12] a device that slept does not hold its own silence against its peers', () => {
    let nowMs = 0
    let tick = (): void => {}
    const scheduler = { nowMs: () => nowMs, every: (_: number, task: () => void) => ((tick = task), () => {}) }
    let silent = 0
    startHeartbeat(
      scheduler as unknown as VirtualTime,
      () => {},
      () => silent++,
    )
    nowMs = 3_600_000
    tick()
    expect(silent).toBe(0)
    for (let i = 0; i < 6; i++) {
      nowMs += linkPace.beatMs
      tick()
    }
    expect(silent).toBeGreaterThan(0)
  })
})
