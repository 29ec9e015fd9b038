import { join } from 'node:path'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { resample } from '../measure/resample.ts'
import type { Card, FromReader, Played, ReaderData } from './pipe-reader.ts'
import { startPulse } from './pulse-server.ts'
import { RECORD_RATE, type Recording, type Rig } from './rig.ts'

const CHANNELS = 2
const FRAME_BYTES = 4 * CHANNELS

/**
 * A sound card of its own for each listener: a pipe, emptied at the pace of a crystal that is `ppm` fast. PulseAudio counts what waits in
 * the pipe as latency; a frame sounds when the card takes it. A recording is laid out by that moment: frame i of every listener
 * is what their card took i / 48000 s after the common beginning, so that the cards' difference itself is no skew.
 */
export async function ownCards(ppms: readonly number[]): Promise<Rig> {
  const server = await startPulse((folder) =>
    ppms.map(
      (_, i) =>
        `module-pipe-sink sink_name=ear${i} file=${join(folder, `card${i}`)} format=float32le rate=${RECORD_RATE} channels=${CHANNELS}`,
    ),
  )
  const cards = ppms.map((ppm, i) => ({
    path: join(server.folder, `card${i}`),
    rate: RECORD_RATE * (1 + ppm * 1e-6),
  }))
  const stop = new SharedArrayBuffer(4)
  const reader = new Worker(new URL('pipe-reader.ts', import.meta.url), {
    workerData: { cards, frameBytes: FRAME_BYTES, stop } satisfies ReaderData,
  })
  const ended = once(reader, 'exit')
  let broken: Error | null = null
  reader.on('error', (error) => (broken = error as Error))
  const close = async (): Promise<void> => {
    Atomics.store(new Int32Array(stop), 0, 1)
    Atomics.notify(new Int32Array(stop), 0)
    await ended
    await server.close()
  }
  let beganAtMs = NaN
  let secondsPlayed = 0
  const recorders = new Set<(played: Played) => void>()
  reader.on('message', (message: FromReader) => {
    if ('beganAtMs' in message) beganAtMs = message.beganAtMs
    else
      for (const played of message.played) {
        secondsPlayed = Math.max(secondsPlayed, played.index / RECORD_RATE)
        for (const record of recorders) record(played)
      }
  })
  await Promise.race([once(reader, 'message'), ended])
  return {
    env: (index) => ({ ...server.env, PULSE_SINK: `ear${index}` }),
    close,
    record() {
      const kept: Played[][] = cards.map(() => [])
      const startS = secondsPlayed
      const keep = (played: Played): number => kept[played.card]!.push(played)
      recorders.add(keep)
      const recording: Recording = {
        get seconds() {
          return secondsPlayed - startS
        },
        frameAt: (wallMs) => Math.round(((wallMs - beganAtMs) / 1000 - startS) * RECORD_RATE),
        stop() {
          recorders.delete(keep)
          if (broken !== null) throw broken
          return Promise.resolve(kept.map((pieces, card) => inTrueTime(pieces, cards[card]!, startS)))
        },
      }
      return Promise.resolve(recording)
    },
  }
}

/** What a card played from `startS` after the beginning on, `RECORD_RATE` frames for each second of true time. */
function inTrueTime(pieces: readonly Played[], { rate }: Card, startS: number): Float32Array {
  const [first] = pieces
  if (first === undefined) return new Float32Array(0)
  const all = Buffer.concat(pieces.map(({ bytes }) => bytes))
  const left = Float32Array.from({ length: all.length / FRAME_BYTES }, (_, i) => all.readFloatLE(i * FRAME_BYTES))
  const step = rate / RECORD_RATE
  const start = startS * rate - first.index
  return resample(left, start, step, Math.max(0, Math.floor((left.length - start) / step)))
}
