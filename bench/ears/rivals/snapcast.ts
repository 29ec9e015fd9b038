import { spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { MUSIC_RATE, noiseMusic } from '../music/noise-music.ts'
import { resample } from '../measure/resample.ts'
import { ended, erase, ownFolder, start } from '../rig/owned.ts'
import { RECORD_RATE, type Rig } from '../rig/rig.ts'

/** A minute of music, repeated: Snapcast's server plays a file from the moment when it starts. */
const MUSIC_S = 60
const REPEATS = 6
const SETTLES_MS = 3_000

/** Says in one line what is missing on this machine; null when all is there. */
export function missingSnapcast(): string | null {
  const missing = ['snapserver', 'snapclient'].filter(
    (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error !== undefined,
  )
  return missing.length === 0
    ? null
    : `--rival snapcast needs ${missing.join(' and ')}: apt-get install -y snapserver snapclient`
}

/** Snapcast (Debian's) as its users run it: a server, and a native client for each loudspeaker of the rig. */
export class Snapcast {
  readonly #rig: Rig
  readonly #port: number
  readonly #folder: string
  readonly #processes: ChildProcess[]

  private constructor(rig: Rig, port: number, folder: string, server: ChildProcess) {
    this.#rig = rig
    this.#port = port
    this.#folder = folder
    this.#processes = [server]
  }

  /** Starts the server with its own defaults; its music begins at once. */
  static async start(rig: Rig): Promise<Snapcast> {
    const folder = await ownFolder()
    const port = await freePort()
    const music = join(folder, 'music.pcm')
    await writeFile(music, stereo16(noiseMusic(900, MUSIC_S)))
    const config = join(folder, 'snapserver.conf')
    const settings = [
      `[server]\ndatadir = ${folder}`,
      '[http]\nenabled = false',
      '[tcp]\nenabled = false',
      `[stream]\nbind_to_address = 127.0.0.1\nport = ${port}\nsource = file://${music}?name=bench&sampleformat=${RECORD_RATE}:16:2`,
    ]
    await writeFile(config, `${settings.join('\n')}\n`)
    const server = start('snapserver', ['-c', config], { stdio: ['ignore', 'ignore', 'ignore'] })
    await wait(500)
    if (server.exitCode !== null) throw new Error(`snapserver ended with ${server.exitCode}`)
    return new Snapcast(rig, port, folder, server)
  }

  /** One more client, at the loudspeaker `ear`. */
  async join(ear: number): Promise<ChildProcess> {
    const client = start(
      'snapclient',
      [
        ...['-h', '127.0.0.1', '-p', String(this.#port), '--player', 'pulse', '--logsink', 'null'],
        ...['-i', String(ear + 1), '--hostID', `earshot-bench-${ear}`],
      ],
      { env: { ...process.env, ...this.#rig.env(ear) }, stdio: ['ignore', 'ignore', 'ignore'] },
    )
    this.#processes.push(client)
    await wait(SETTLES_MS)
    if (client.exitCode !== null) throw new Error(`snapclient ended with ${client.exitCode}`)
    return client
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((child) => ended(child)))
    erase(this.#folder)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Interleaved 16-bit frames at the rig's rate, both channels alike. */
function stereo16(music: Float32Array): Buffer {
  const step = MUSIC_RATE / RECORD_RATE
  const samples = resample(music, 0, step, Math.floor(music.length / step))
  const once = Buffer.alloc(4 * samples.length)
  samples.forEach((value, i) => {
    const whole = Math.max(-32768, Math.min(32767, Math.round(value * 32768)))
    once.writeInt16LE(whole, 4 * i)
    once.writeInt16LE(whole, 4 * i + 2)
  })
  return Buffer.concat(Array.from({ length: REPEATS }, () => once))
}
