import { setTimeout as wait } from 'node:timers/promises'
import { frameAt, type Anchor } from './anchors.ts'
import { ended, start } from './owned.ts'
import { startPulse } from './pulse-server.ts'
import { RECORD_RATE, wallNowMs, type Recording, type Rig } from './rig.ts'

/** PulseAudio carries up to 32 channels in one sink; two for each listener. */
const MOST_LISTENERS = 8
const START_TIMEOUT_MS = 10_000

/** Sample-exact ears: one null sink, of which each listener owns two channels, and one recorder. All share the sink's clock. */
export async function sharedCard(listeners: number): Promise<Rig> {
  if (listeners > MOST_LISTENERS) throw new RangeError(`at most ${MOST_LISTENERS} listeners`)
  const names = Array.from({ length: 2 * listeners }, (_, i) => `aux${i}`)
  const ears = Array.from(
    { length: listeners },
    (_, i) =>
      `module-remap-sink sink_name=ear${i} master=ears rate=${RECORD_RATE} channels=2 channel_map=front-left,front-right ` +
      `master_channel_map=aux${2 * i},aux${2 * i + 1} remix=no`,
  )
  const sink = `module-null-sink sink_name=ears rate=${RECORD_RATE} channels=${names.length} channel_map=${names.join(',')}`
  const server = await startPulse(() => [sink, ...ears])
  // Recording shortens the sink's period, and a change of it costs every stream frames: a card does not change because somebody listens.
  start('parec', recorderArguments(names), { env: { ...process.env, ...server.env }, stdio: 'ignore' })
  return {
    env: (index) => ({ ...server.env, PULSE_SINK: `ear${index}` }),
    record: () => startRecording(server.env, names),
    close: () => server.close(),
  }
}

const recorderArguments = (names: readonly string[]): string[] => [
  ...['-d', 'ears.monitor', '--format=float32le', `--rate=${RECORD_RATE}`, `--channels=${names.length}`],
  ...[`--channel-map=${names.join(',')}`, '--raw', '--latency-msec=20'],
]

async function startRecording(env: Record<string, string>, names: readonly string[]): Promise<Recording> {
  const recorder = start('parec', recorderArguments(names), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const chunks: Buffer[] = []
  const anchors: Anchor[] = []
  const frameBytes = 4 * names.length
  let bytes = 0
  recorder.stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    anchors.push({ wallMs: wallNowMs(), frames: bytes / frameBytes })
  })
  const deadline = performance.now() + START_TIMEOUT_MS
  while (bytes === 0) {
    if (recorder.exitCode !== null || performance.now() > deadline) {
      await ended(recorder)
      throw new Error('parec records nothing')
    }
    await wait(20)
  }
  return {
    frameAt: (wallMs) => frameAt(anchors, wallMs, RECORD_RATE),
    get seconds() {
      return bytes / frameBytes / RECORD_RATE
    },
    stop: async () => {
      await ended(recorder)
      return leftChannels(Buffer.concat(chunks), names.length)
    },
  }
}

/** The first of each listener's two channels, out of interleaved floats. */
function leftChannels(all: Buffer, channels: number): readonly Float32Array[] {
  const frames = Math.floor(all.length / (4 * channels))
  return Array.from({ length: channels / 2 }, (_, listener) => {
    const out = new Float32Array(frames)
    for (let i = 0; i < frames; i++) out[i] = all.readFloatLE(4 * (i * channels + 2 * listener))
    return out
  })
}
