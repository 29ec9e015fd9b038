import { existsSync } from 'node:fs'
import { getPriority } from 'node:os'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { ended, erase, ownFolder, start } from './owned.ts'
import { RECORD_RATE } from './rig.ts'
import { setSessionNice } from './session-priority.ts'

const START_TIMEOUT_MS = 10_000

/** A sound server of our own. */
export interface PulseServer {
  readonly folder: string
  /** Environment for its clients. */
  readonly env: Record<string, string>
  close(): Promise<void>
}

/** Says in one line what is missing on this machine; null when all is there. */
export function missingTools(): string | null {
  const missing = ['pulseaudio', 'parec', 'pacat'].filter(
    (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error !== undefined,
  )
  if (missing.length === 0) return null
  return `The ear bench needs ${missing.join(' and ')}: apt-get install -y pulseaudio pulseaudio-utils`
}

/**
 * The server asks for a nice value of -11, which counts within its own session only, in which it is alone. Given to the session as well, it
 * counts beside browsers, as a sound server's priority does on a listener's device; without it a browser that starts makes this one server
 * wait, and everybody loses sound at once.
 */
function letPriorityCount(server: number): void {
  const nice = getPriority(server)
  if (nice >= 0 || !setSessionNice(server, nice))
    console.error('The sound server got no priority (not root, no rtkit): what it loses counts as lost by browsers.')
}

/**
 * Starts a PulseAudio with a runtime folder of its own: nobody else's sound server is touched.
 * @param modules what to load, given the server's folder
 * @throws Error with what it complained of, when it does not come up
 */
export async function startPulse(modules: (folder: string) => readonly string[]): Promise<PulseServer> {
  const folder = await ownFolder()
  const socket = join(folder, 'native')
  const config = join(folder, 'daemon.conf')
  // Chromium renders at the server's default rate: anything but the sink's own would put a second resampler into the way.
  // Floats, so that 16 bits do not limit what is heard of the sound itself.
  await writeFile(config, `default-sample-rate = ${RECORD_RATE}\ndefault-sample-format = float32le\n`)
  const loaded = [`module-native-protocol-unix socket=${socket} auth-anonymous=1`, ...modules(folder)]
  const server = start(
    'pulseaudio',
    [
      ...['-n', '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1', '--disallow-exit'],
      ...loaded.flatMap((module) => ['-L', module]),
    ],
    {
      env: { ...process.env, PULSE_RUNTIME_PATH: folder, PULSE_STATE_PATH: folder, PULSE_CONFIG: config },
      // A session of its own, as every daemon's: within this one's, Linux shares out the processor among all that the bench starts,
      // and the server's priority over it counts for nothing outside.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let complaints = ''
  server.stderr?.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-2000)))
  const close = async (): Promise<void> => {
    await ended(server)
    erase(folder)
  }
  const deadline = performance.now() + START_TIMEOUT_MS
  while (!existsSync(socket)) {
    if (server.exitCode !== null || performance.now() > deadline) {
      await close()
      throw new Error(`pulseaudio did not start: ${complaints.trim()}`)
    }
    await wait(50)
  }
  if (server.pid !== undefined) letPriorityCount(server.pid)
  return { folder, env: { PULSE_SERVER: `unix:${socket}`, PULSE_RUNTIME_PATH: folder }, close }
}
