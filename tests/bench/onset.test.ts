import { describe, expect, it } from 'vitest'
import { onsetAfter, passageOnset } from '../../bench/ears/measure/onset.ts'
import { MUSIC_RATE, noiseMusic } from '../../bench/ears/music/noise-music.ts'
import { frameAt } from '../../bench/ears/rig/anchors.ts'
import { noise, RATE, sampled } from './support.ts'

describe('when something begins to sound', () => {
  it('[SOUND-15] is the first 5 ms above the noise, and never before the press', () => {
    const sound = noise(4)
    const samples = sampled((frame) => (frame < 0.3 * RATE ? 1e-4 * sound(frame) : sound(frame)), 0.6)
    const onset = onsetAfter(samples, RATE, 0.1 * RATE)
    expect(onset).toBeGreaterThan(0.295 * RATE - 1)
    expect(onset).toBeLessThanOrEqual(0.305 * RATE)
    expect(onsetAfter(samples, RATE, 0.1 * RATE, 0.2 * RATE)).toBeNull()
    expect(onsetAfter(samples, RATE, 0.4 * RATE)).toBe(0.4 * RATE)
  })

  it('[SOUND-15] is found to the frame where known music takes over from other music', () => {
    const before = noiseMusic(1, 2)
    const after = noiseMusic(2, 2)
    const recording = Float32Array.from([...before.subarray(0, 30_123), ...after.subarray(5_000)])
    const passage = after.subarray(5_000, 5_000 + 60_000)
    expect(passageOnset(recording, RATE, passage, 1_000, 40_000)).toBe(30_123)
    expect(passageOnset(recording, RATE, noiseMusic(3, 1), 0, 40_000)).toBeNull()
  })

  it('[SOUND-15] is the first frame that really sounds, when the beginning was left out', () => {
    const music = noiseMusic(2, 2)
    const recording = Float32Array.from([...noiseMusic(1, 1), ...music])
    recording.fill(0, MUSIC_RATE, MUSIC_RATE + 10_000)
    const onset = passageOnset(recording, RATE, music, 20_000, 60_000)!
    expect(onset).toBeGreaterThan(MUSIC_RATE + 8_500)
    expect(onset).toBeLessThan(MUSIC_RATE + 10_500)
  })

  it('[SOUND-15] is told in frames of the recording by the least delayed chunk around it, though the card runs slow', () => {
    const rate = 48_000
    const slow = 1 - 100e-6
    const anchors = Array.from({ length: 5_000 }, (_, i) => {
      const atMs = 1e9 + 20 * (i + 1)
      return { frames: 0.02 * (i + 1) * rate * slow, wallMs: atMs + (i % 7 === 0 ? 1 : 15) }
    })
    for (const afterMs of [1_000, 50_000, 99_000]) {
      const lateMs = (afterMs * rate * slow - 1000 * frameAt(anchors, 1e9 + afterMs, rate)) / rate
      expect(lateMs).toBeGreaterThan(0.7)
      expect(lateMs).toBeLessThan(1.3)
    }
    expect(() => frameAt(anchors, 0, rate)).toThrow(RangeError)
  })
})
