import { afterEach, describe, expect, it, vi } from 'vitest'
import { RoomClock } from '../../src/clock/room-clock.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { createAudioGraphPlayer } from '../../src/player/audio-graph-player.ts'
import { FakeAudio, type FakeContext } from './fake-audio.ts'

const IN_STEP_MS = 0.2
/** Room time is this far ahead of local time, and not whole seconds. */
const ROOM_AHEAD_MS = 1_767_225_600_123.4

/** A player that clicks, so that an ear can tell what second of room time it hears. */
async function clicking(prepare: (audio: FakeAudio, time: VirtualTime, roomTime: RoomClock) => void = () => undefined) {
  const time = new VirtualTime()
  const audio = new FakeAudio(time)
  const roomTime = new RoomClock(() => time.nowMs(), ROOM_AHEAD_MS)
  prepare(audio, time, roomTime)
  const problems: Error[] = []
  const player = createAudioGraphPlayer({
    ...{ roomTime, scheduler: time, createContext: audio.create },
    onProblem: (problem) => problems.push(problem),
  })
  player.setClicks(true)
  await player.unlock()
  await time.advance(3_000)
  /** How far from a whole second of room time the clicks of the next 4 s are heard, ms. */
  const errors = async (): Promise<number[]> => {
    audio.clicks.length = 0
    await time.advance(4_000)
    return audio.clicks.map((atMs) => {
      const roomMs = roomTime.at(atMs)
      return Math.abs(roomMs - Math.round(roomMs / 1000) * 1000)
    })
  }
  /** The worst of them; Infinity when clicks were missed. */
  const worstMs = async (): Promise<number> => {
    const heard = await errors()
    return heard.length < 3 ? Infinity : Math.max(...heard)
  }
  return { time, audio, roomTime, player, problems, errors, worstMs }
}

const only = (contexts: readonly FakeContext[]): FakeContext => {
  expect(contexts).toHaveLength(1)
  return contexts[0]!
}

afterEach(() => vi.unstubAllGlobals())

describe('a player whose output goes away', () => {
  it('[OUT-1] clicks on every second of room time, as the loudspeaker is heard', async () => {
    const { player, worstMs, errors, time } = await clicking()
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
    player.setOffset(7)
    await time.advance(500)
    for (const error of await errors()) expect(error).toBeCloseTo(7, 0)
    player.setClicks(false)
    await time.advance(1_000)
    expect(await errors()).toEqual([])
  })

  it('[SOUND-24] tells the audio thread the time only when that would be off by 5 µs without', async () => {
    const { audio, player, time, worstMs } = await clicking()
    const context = only(audio.running)
    await time.advance(10_000)
    const before = context.maps
    await time.advance(10_000)
    expect(context.maps - before).toBeLessThan(20)
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
    const told = context.maps
    player.setOffset(0.006)
    await time.advance(200)
    expect(context.maps).toBeGreaterThan(told)
  })

  it.each(['suspended', 'interrupted'] as const)(
    '[OUT-2] comes back by itself when the context was %s',
    async (state) => {
      const { audio, worstMs, player } = await clicking()
      only(audio.running).become(state)
      expect(await worstMs()).toBeLessThan(IN_STEP_MS)
      expect(player.status.state).not.toBe('locked')
    },
  )

  it.each(['visibilitychange', 'resume', 'pointerup', 'keydown'])(
    '[OUT-2] comes back at "%s" when the browser had refused before',
    async (event) => {
      const { audio, worstMs, errors, player, time } = await clicking()
      const context = only(audio.running)
      audio.allowed = false
      context.become('interrupted')
      expect(await errors()).toEqual([])
      expect(player.status.state).toBe('locked')
      audio.allowed = true
      audio.document.dispatchEvent(new Event(event))
      await time.advance(1_000)
      expect(await worstMs()).toBeLessThan(IN_STEP_MS)
    },
  )

  it('[OUT-2] forgets what the clocks said before: another latency after a phone call is none of the old one', async () => {
    const { audio, worstMs, time } = await clicking()
    const context = only(audio.running)
    audio.allowed = false
    context.become('interrupted')
    await time.advance(20_000)
    audio.allowed = true
    context.become('running')
    await time.advance(1_000)
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
  })

  it('[OUT-3] goes over to a context of the new device’s sample rate when the output changes', async () => {
    const { audio, worstMs, player, time } = await clicking()
    audio.device = { sampleRate: 44_100, latencyMs: 180 }
    player.outputChanged()
    await time.advance(1_500)
    expect(only(audio.running).sampleRate).toBe(44_100)
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
    expect(Math.abs(player.status.outputLatencyMs - 180)).toBeLessThan(15)
  })

  it('[OUT-9] learns another device’s pace from nothing', async () => {
    const { audio, worstMs, player, time } = await clicking((output) => {
      output.device = { sampleRate: 48_000, latencyMs: 30, ppm: 100 }
    })
    await time.advance(60_000)
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
    audio.device = { sampleRate: 48_000, latencyMs: 60, ppm: -100 }
    player.outputChanged()
    // Before anything is known 100 ppm are off; what was known of the former device would make them 200.
    await time.advance(8_000)
    expect(await worstMs()).toBeLessThan(1)
    await time.advance(30_000)
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
  })

  it('[OUT-3] ends on the last of several devices', async () => {
    const { audio, worstMs, player, time } = await clicking()
    for (const sampleRate of [44_100, 16_000, 48_000]) {
      audio.device = { sampleRate, latencyMs: 60 }
      player.outputChanged()
    }
    await time.advance(1_500)
    expect(only(audio.running).sampleRate).toBe(48_000)
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
  })

  it('[OUT-3] plays on through the former context where the browser refuses a new one', async () => {
    const { audio, worstMs, player, time } = await clicking()
    const context = only(audio.running)
    audio.allowed = false
    player.outputChanged()
    await time.advance(4_000)
    expect(only(audio.running)).toBe(context)
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
  })

  it('[OUT-3] plays on, and says so, where no new context can be made', async () => {
    const { audio, worstMs, player, problems, time } = await clicking()
    vi.spyOn(audio, 'device', 'get').mockImplementation(() => {
      throw new DOMException('too many contexts', 'NotSupportedError')
    })
    player.outputChanged()
    await time.advance(1_000)
    expect(problems.map(({ message }) => message)).toEqual(['No other output context here.'])
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
  })

  it('[SOUND-30] is silent while room time is young, and goes on when it is young again', async () => {
    const { audio, roomTime, worstMs, errors } = await clicking((_audio, _time, clock) => clock.enter('young', 3))
    expect(await errors()).toEqual([])
    roomTime.enter('settled', 0.1)
    await worstMs()
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
    roomTime.enter('young', 0.1)
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
    expect(audio.contexts).toHaveLength(1)
  })

  it('[SOUND-29] begins anew, before anything sounds, when the first timestamps run away: once', async () => {
    const { audio, worstMs } = await clicking((output, time) => {
      output.runAwayMsPerS = 8
      time.after(100, () => (output.runAwayMsPerS = 0))
    })
    expect(audio.contexts).toHaveLength(2)
    expect(only(audio.running)).toBe(audio.contexts[1])
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
    const bad = await clicking((output) => (output.runAwayMsPerS = 8))
    expect(bad.audio.contexts).toHaveLength(2)
    expect(await bad.worstMs()).toBeLessThan(Infinity)
  })

  it('[OUT-4] replaces a context that says it runs and renders nothing', async () => {
    const { audio, worstMs, time } = await clicking()
    const context = only(audio.running)
    context.stuck = true
    await time.advance(3_000)
    audio.document.dispatchEvent(new Event('visibilitychange'))
    await time.advance(3_000)
    expect(context.state).toBe('closed')
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
  })

  it('[OUT-4] leaves one alone that renders', async () => {
    const { audio, time } = await clicking()
    audio.document.dispatchEvent(new Event('visibilitychange'))
    await time.advance(3_000)
    expect(audio.contexts).toHaveLength(1)
  })

  it('[OUT-2] [OUT-4] leaves nothing behind when it is closed', async () => {
    const { audio, player, time } = await clicking()
    await player.close()
    audio.document.dispatchEvent(new Event('visibilitychange'))
    await time.advance(3_000)
    expect(audio.running).toEqual([])
    expect(audio.contexts).toHaveLength(1)
  })

  it('[OUT-2] comes back in step after a sleep: the wall clock tells, room time steps, the sound follows', async () => {
    const { audio, roomTime, worstMs, time } = await clicking()
    const context = only(audio.running)
    // The monotonic clock and the context stood still; only the room went on.
    context.stuck = true
    await time.advance(50)
    context.stuck = false
    roomTime.step(3_600_000.7)
    await time.advance(2_500)
    expect(await worstMs()).toBeLessThan(IN_STEP_MS)
  })
})
