import { describe, expect, it } from 'vitest'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { ComposedPlayer } from '../../src/player/composed-player.ts'
import type { PlayerSegment, PlayerStatus } from '../../src/player/player.ts'

/** An engine that takes note of what it was told, and says what a test wants it to. */
class FakeEngine {
  segments: readonly string[] = []
  readonly calls: unknown[][] = []
  readonly #listeners = new Set<(status: PlayerStatus) => void>()
  status: PlayerStatus

  constructor(engine: PlayerStatus['engine']) {
    const nothing = {
      segment: null,
      positionMs: 0,
      errorMs: 0,
      outputLatencyMs: 0,
      ratePpm: 0,
      timing: 'steady',
      level: 0,
    } as const
    this.status = { ...nothing, state: 'silent', engine }
  }

  say(state: PlayerStatus['state'], segment: PlayerSegment, message = 'no codec'): void {
    this.status = { ...this.status, state, segment: segment.id, ...(state === 'failed' ? { message } : {}) }
    for (const listener of this.#listeners) listener(this.status)
  }
  setSegments = (segments: readonly PlayerSegment[]): void => void (this.segments = segments.map(({ id }) => id))
  onStatus = (listener: (status: PlayerStatus) => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  unlock = async (): Promise<void> => void this.calls.push(['unlock'])
  setVolume = (volume: number): void => void this.calls.push(['volume', volume])
  setMuted = (muted: boolean): void => void this.calls.push(['muted', muted])
  setOffset = (offsetMs: number): void => void this.calls.push(['offset', offsetMs])
  resync = (): void => void this.calls.push(['resync'])
  outputChanged = (): void => void this.calls.push(['output'])
  setClicks = (on: boolean): void => void this.calls.push(['clicks', on])
  close = async (): Promise<void> => void this.calls.push(['close'])
  spectrum = (): Uint8Array => new Uint8Array(0)
  pictureOf = (track: string): HTMLVideoElement => ({ id: track }) as HTMLVideoElement
}

const segment = (track: string, startsAtMs: number, endsAtMs: number, video = false): PlayerSegment => ({
  id: `${track}@${startsAtMs}`,
  track: { ref: { id: track, sizeBytes: 1, type: 'x' }, read: () => Promise.reject(new Error('not read')) },
  ...{ startsAtMs, endsAtMs, positionMs: 0, gain: 1, video },
})

function composed() {
  const time = new VirtualTime()
  const graph = new FakeEngine('audio-graph')
  const element = new FakeEngine('media-element')
  const roomTime = { at: () => time.nowMs(), localAt: (ms: number) => ms, settled: true, young: false }
  const player = new ComposedPlayer({ roomTime, graph, element })
  return { time, graph, element, player }
}

const song = segment('song', 0, 10_000)
const film = segment('film', 10_000, 20_000, true)

describe('two engines as one player', () => {
  it('[ELEMENT-9] music goes to the audio graph, videos to the media element, and the status follows the boundary', async () => {
    const { time, graph, element, player } = composed()
    player.setSegments([song, film])
    expect([graph.segments, element.segments]).toEqual([[song.id], [film.id]])
    graph.say('playing', song)
    expect(player.status.engine).toBe('audio-graph')
    await time.advance(10_000)
    element.say('playing', film)
    expect([player.status.engine, player.status.segment, player.pictureOf('film')?.id]).toEqual([
      'media-element',
      film.id,
      'film',
    ])
  })

  it('[ELEMENT-9] tap, volume, mute, offset, resync, a changed device and the clicks reach both', async () => {
    const { graph, element, player } = composed()
    await player.unlock()
    player.setVolume(0.3)
    player.setMuted(true)
    player.setOffset(120)
    player.resync()
    player.outputChanged()
    player.setClicks(true)
    await player.close()
    const all = [
      ['unlock'],
      ['volume', 0.3],
      ['muted', true],
      ['offset', 120],
      ['resync'],
      ['output'],
      ['clicks', true],
      ['close'],
    ]
    expect([graph.calls, element.calls]).toEqual([all, all])
  })

  it('[ELEMENT-10] a track that the graph cannot decode is offered to the element, or skipped, here and until it ends', async () => {
    const { time, graph, element, player } = composed()
    const next = segment('next', 10_000, 20_000)
    player.setSegments([song, next])
    graph.say('failed', song)
    expect(player.status).toMatchObject({ state: 'failed', message: 'no codec', remedies: ['other-engine', 'skip'] })
    player.remedy('other-engine')
    expect([graph.segments, element.segments]).toEqual([[next.id], [song.id]])
    element.say('failed', song, 'neither')
    expect(player.status).toMatchObject({ state: 'failed', message: 'neither', remedies: ['skip'] })
    player.remedy('skip')
    expect([graph.segments, element.segments]).toEqual([[next.id], []])
    expect(player.status).toMatchObject({ state: 'silent', segment: song.id, remedies: ['back'] })
    player.remedy('back')
    expect(graph.segments).toEqual([song.id, next.id])
    player.remedy('skip')
    // A pause ends nothing, and a seek is a new segment of the same track.
    player.setSegments([])
    const sought = segment('song', -3_000, 7_000)
    player.setSegments([sought, next])
    expect(graph.segments).toEqual([next.id])
    await time.advance(10_000)
    player.setSegments([next])
    graph.say('playing', next)
    expect(player.status.state).toBe('playing')
    player.setSegments([next, segment('song', 20_000, 30_000)])
    expect(graph.segments).toHaveLength(2)
  })

  it('[ELEMENT-11] a video whose pictures cannot be shown here is heard nevertheless', () => {
    const { graph, element, player } = composed()
    const now = segment('film', 0, 10_000, true)
    player.setSegments([now])
    element.say('failed', now)
    expect([graph.segments, element.segments]).toEqual([[now.id], []])
    graph.say('playing', now)
    expect([player.status.state, player.status.engine, player.pictureOf('film')]).toEqual([
      'playing',
      'audio-graph',
      null,
    ])
    graph.say('failed', now)
    expect(player.status.remedies).toEqual(['skip'])
  })

  it('[ELEMENT-12] what lies elsewhere is the media element’s alone: a failure offers a skip, and no other engine gets it', () => {
    const { graph, element, player } = composed()
    const plain = segment('https://music.example/a.webm', 0, 10_000, true)
    const linked = { ...plain, track: { ...plain.track, url: plain.track.ref.id } }
    player.setSegments([linked])
    expect([graph.segments, element.segments]).toEqual([[], [linked.id]])
    element.say('failed', linked)
    expect([graph.segments, element.segments]).toEqual([[], [linked.id]])
    expect(player.status).toMatchObject({ state: 'failed', remedies: ['skip'] })
  })
})
