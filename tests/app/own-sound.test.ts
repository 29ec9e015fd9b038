import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoomClock } from '../../src/clock/room-clock.ts'
import { OwnSound } from '../../src/app/session/own-sound.ts'
import { Settings, type SoundSettings } from '../../src/app/settings.ts'
import { limits } from '../../src/domain/limits.ts'
import type { AudioOutput } from '../../src/platform/audio-output.ts'
import { alice } from '../support/records.ts'
import { memoryValues, SilentPlayer } from './house.ts'

const speakers: AudioOutput = { key: 's1', label: 'Speakers' }
const headset: AudioOutput = { key: 'h1', label: 'Headset' }
const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

class ListeningPlayer extends SilentPlayer {
  offsetMs = NaN
  volume = NaN
  changes = 0
  clicks = false
  override setOffset = (offsetMs: number): void => void (this.offsetMs = offsetMs)
  override setVolume = (volume: number): void => void (this.volume = volume)
  override outputChanged = (): void => void this.changes++
  override setClicks = (on: boolean): void => void (this.clicks = on)
}

async function soundOf(output: AudioOutput | null, settings?: Settings) {
  const store = settings ?? new Settings(memoryValues(), alice)
  const player = new ListeningPlayer(new RoomClock(() => 0, 0), 0)
  const problems: unknown[] = []
  let found: () => Promise<AudioOutput | null> = () => Promise.resolve(output)
  let changed: () => void = () => {}
  const sound = new OwnSound({
    player,
    outputs: {
      current: () => found(),
      onChange(listener) {
        changed = listener
        return () => (changed = () => {})
      },
    },
    settings: await store.sound(),
    save: (next: SoundSettings) => store.saveSound(next),
    onProblem: (problem) => problems.push(problem),
  })
  await turn()
  const look = (answer: Promise<AudioOutput | null>): void => {
    found = () => answer
    changed()
  }
  const plug = async (next: AudioOutput | null): Promise<void> => {
    look(Promise.resolve(next))
    await turn()
  }
  return { store, player, sound, problems, plug, look }
}

describe('own sound', () => {
  it('[OUT-6] remembers an offset for each output, also after a reload', async () => {
    const { store, sound, plug, player } = await soundOf(speakers)
    sound.setOffset(12)
    await plug(headset)
    expect([sound.view.offsetMs, player.offsetMs]).toEqual([0, 0])
    sound.setOffset(180)
    await plug(speakers)
    expect([sound.view.offsetMs, player.offsetMs]).toEqual([12, 12])
    const reloaded = await soundOf(headset, store)
    expect([reloaded.sound.view.offsetMs, reloaded.player.offsetMs]).toEqual([180, 180])
  })

  it('[OUT-8] remembers volume and mute, and gives them to the player before anything sounds', async () => {
    const { store, sound } = await soundOf(speakers)
    sound.setVolume(0.3)
    sound.setMuted(true)
    const reloaded = await soundOf(headset, store)
    expect(reloaded.sound.view).toMatchObject({ volume: 0.3, muted: true })
    expect([reloaded.player.volume, reloaded.player.muted]).toEqual([0.3, true])
    reloaded.sound.setMuted(false)
    const again = await soundOf(speakers, store)
    expect([again.player.volume, again.player.muted]).toEqual([0.3, false])
  })

  it('[OUT-6] has one offset for the device where outputs are not told apart', async () => {
    const { store, sound } = await soundOf(null)
    sound.setOffset(150)
    expect(sound.view).toMatchObject({ offsetMs: 150, output: { label: null } })
    expect((await soundOf(null, store)).sound.view.offsetMs).toBe(150)
    expect((await soundOf(speakers, store)).sound.view.offsetMs).toBe(0)
  })

  it('[OUT-6] keeps offsets within limits, and remembers the latest outputs only', async () => {
    const { store, sound, plug } = await soundOf(speakers)
    await fc.assert(
      fc.asyncProperty(fc.double({ noNaN: true }), async (offsetMs) => {
        sound.setOffset(offsetMs)
        expect(Math.abs(sound.view.offsetMs)).toBeLessThanOrEqual(limits.offsetMs)
      }),
    )
    for (let i = 0; i <= limits.outputs; i++) {
      await plug({ key: `k${i}`, label: null })
      sound.setOffset(i)
    }
    const { offsets } = await store.sound()
    expect(offsets).toHaveLength(limits.outputs)
    expect(offsets[0]).toEqual({ output: `k${limits.outputs}`, offsetMs: limits.outputs })
  })

  it('[OUT-7] goes over to another output: its offset, a new start of the player, and word of it', async () => {
    const { sound, plug, player } = await soundOf(speakers)
    await plug(headset)
    expect(player.changes).toBe(1)
    expect(sound.view.output).toEqual({ label: 'Headset', changes: 1 })
  })

  it('[OUT-7] leaves all as it is when devices change that do not play', async () => {
    const { sound, plug, player } = await soundOf(speakers)
    await plug({ ...speakers })
    expect([player.changes, sound.view.output.changes]).toEqual([0, 0])
  })

  it('[OUT-7] says nothing of a change when outputs are told apart for the first time', async () => {
    const { sound, plug, player } = await soundOf(null)
    await plug(headset)
    expect([player.changes, sound.view.output]).toEqual([1, { label: 'Headset', changes: 0 }])
  })

  it('[OUT-7] believes the latest look when answers overtake one another, and no look after the end', async () => {
    const { sound, look, plug, player } = await soundOf(speakers)
    const slow = Promise.withResolvers<AudioOutput | null>()
    look(slow.promise)
    await plug(headset)
    slow.resolve({ key: 'old', label: 'Old' })
    await turn()
    expect(sound.view.output.label).toBe('Headset')
    const late = Promise.withResolvers<AudioOutput | null>()
    look(late.promise)
    sound.close()
    late.resolve(speakers)
    await turn()
    expect(player.changes).toBe(1)
  })

  it('[OUT-7] plays on as before when devices cannot be listed, and reports it', async () => {
    const { sound, look, problems, player } = await soundOf(speakers)
    look(Promise.reject(new DOMException('no', 'NotAllowedError')))
    await turn()
    expect([problems.length, player.changes, sound.view.output.label]).toEqual([1, 0, 'Speakers'])
  })

  it('[OUT-1] clicks while somebody sets the offset by ear', async () => {
    const { sound, player } = await soundOf(null)
    let told = 0
    sound.onChange(() => told++)
    sound.tune(true)
    expect([sound.view.tuning, player.clicks, told]).toEqual([true, true, 1])
    sound.tune(false)
    expect([sound.view.tuning, player.clicks]).toEqual([false, false])
  })
})
