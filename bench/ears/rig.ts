import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

export const RECORD_RATE = 48_000
/** PulseAudio carries up to 32 channels in one sink; two for each listener. */
const MOST_LISTENERS = 8
const START_TIMEOUT_MS = 10_000

/** Sample-exact ears: one null sink, of which each listener owns two channels, and one recorder. */
export interface Rig {
  /** Environment for a process whose sound shall reach listener `index`. */
  env(index: number): Record<string, string>
  /** Starts to record; the result stops and yields one Float32Array per listener (left channel, `RECORD_RATE`). */
  record(): Promise<Recording>
  close(): Promise<void>
}

export interface Recording {
  /**
   * Index of the frame that sounded at a wall-clock time (`performance.timeOrigin + performance.now()`), from the least delayed chunk that
   * the recorder handed over. It errs by that chunk's own delay of about 20 ms, towards an earlier frame: what is measured from it is never too short.
   */
  frameAt(wallMs: number): number
  /** Seconds recorded so far. */
  readonly seconds: number
  stop(): Promise<Float32Array[]>
}

/** Says in one line what is missing on this machine; null when all is there. */
export function missingTools(): string | null {
  const missing = ['pulseaudio', 'parec'].filter(
    (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error !== undefined,
  )
  if (missing.length === 0) return null
  return `The ear bench needs ${missing.join(' and ')}: apt-get install -y pulseaudio pulseaudio-utils`
}

/** Starts an own PulseAudio with an own runtime folder: nobody else's sound server is touched. */
export async function startRig(listeners: number): Promise<Rig> {
  if (listeners > MOST_LISTENERS) throw new RangeError(`at most ${MOST_LISTENERS} listeners`)
  const folder = await mkdtemp(join(tmpdir(), 'earshot-ears-'))
  const socket = join(folder, 'native')
  // Chromium renders at the server's default rate: anything but the sink's own would put a second resampler into the way.
  const config = join(folder, 'daemon.conf')
  await writeFile(config, `default-sample-rate = ${RECORD_RATE}\n`)
  const channels = 2 * listeners
  const names = Array.from({ length: channels }, (_, i) => `aux${i}`)
  const modules = [
    `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    `module-null-sink sink_name=ears rate=${RECORD_RATE} channels=${channels} channel_map=${names.join(',')}`,
    ...Array.from(
      { length: listeners },
      (_, i) =>
        `module-remap-sink sink_name=ear${i} master=ears rate=${RECORD_RATE} channels=2 channel_map=front-left,front-right ` +
        `master_channel_map=aux${2 * i},aux${2 * i + 1} remix=no`,
    ),
  ]
  const server = spawn(
    'pulseaudio',
    [
      '-n',
      '--daemonize=no',
      '--use-pid-file=no',
      '--exit-idle-time=-1',
      '--disallow-exit',
      ...modules.flatMap((m) => ['-L', m]),
    ],
    {
      env: { ...process.env, PULSE_RUNTIME_PATH: folder, PULSE_STATE_PATH: folder, PULSE_CONFIG: config },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let complaints = ''
  server.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-2000)))
  const clientEnv = { PULSE_SERVER: `unix:${socket}`, PULSE_RUNTIME_PATH: folder }
  const deadline = performance.now() + START_TIMEOUT_MS
  while (!existsSync(socket)) {
    if (server.exitCode !== null || performance.now() > deadline) {
      server.kill()
      throw new Error(`pulseaudio did not start: ${complaints.trim()}`)
    }
    await wait(50)
  }
  return {
    env: (index) => ({ ...clientEnv, PULSE_SINK: `ear${index}` }),
    record: () => startRecording(clientEnv, listeners, names),
    close: async () => {
      await ended(server)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startRecording(
  clientEnv: Record<string, string>,
  listeners: number,
  names: readonly string[],
): Promise<Recording> {
  const channels = 2 * listeners
  const recorder = spawn(
    'parec',
    [
      ...['-d', 'ears.monitor', '--format=float32le', `--rate=${RECORD_RATE}`, `--channels=${channels}`],
      ...[`--channel-map=${names.join(',')}`, '--raw', '--latency-msec=20'],
    ],
    { env: { ...process.env, ...clientEnv }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const chunks: Buffer[] = []
  const frameBytes = 4 * channels
  let bytes = 0
  /** Wall-clock ms of the first frame, by the chunk that came soonest after it was recorded. */
  let startMs = Infinity
  recorder.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    const recordedMs = (bytes / frameBytes / RECORD_RATE) * 1000
    startMs = Math.min(startMs, performance.timeOrigin + performance.now() - recordedMs)
  })
  const deadline = performance.now() + START_TIMEOUT_MS
  while (bytes === 0) {
    if (recorder.exitCode !== null || performance.now() > deadline) throw new Error('parec records nothing')
    await wait(20)
  }
  return {
    frameAt: (wallMs) => Math.round(((wallMs - startMs) * RECORD_RATE) / 1000),
    get seconds() {
      return bytes / frameBytes / RECORD_RATE
    },
    stop: async () => {
      await ended(recorder)
      const all = Buffer.concat(chunks)
      const frames = Math.floor(all.length / frameBytes)
      return Array.from({ length: listeners }, (_, listener) => {
        const out = new Float32Array(frames)
        for (let i = 0; i < frames; i++) out[i] = all.readFloatLE(i * frameBytes + 8 * listener)
        return out
      })
    },
  }
}

/** Ends a child process of ours and waits for it. */
export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
