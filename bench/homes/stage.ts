import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { NodeProcess } from '../../tests/e2e/support/node-process.ts'
import { wavFile } from '../ears/music/wav.ts'
import { erase, ownFolder } from '../ears/rig/owned.ts'
import { onTearDown } from '../ears/rig/tear-down.ts'
import type { Networks } from './networks.ts'
import { Resident } from './resident.ts'

/** Eight minutes of noise without a quiet place: a silence that is heard is one that a person would hear. As small as speech, quickly fetched. */
const SONG_S = 480
const SONG_RATE = 8_000
const SONGS = 2

const NODE_PORT = 8443
/** For all songs to be on both devices, ms. */
const FETCH_LIMIT_MS = 120_000

/** Two people in a room whose music is on both of their devices. */
export interface Stage {
  readonly networks: Networks
  readonly ada: Resident
  readonly ben: Resident
  /** Paths of what both hold. */
  readonly songs: readonly string[]
}

/** Starts the shipped node with `settings`, and a browser in each home; returns when both hear music and both have all of it. */
export async function setStage(networks: Networks, settings: readonly string[]): Promise<Stage> {
  const folder = await ownFolder()
  onTearDown(async () => erase(folder))
  const common = ['--tls', 'auto', '--data', folder, '--host', '0.0.0.0']
  const node = await NodeProcess.start(NODE_PORT, [...common, ...settings], networks.at('node'))
  onTearDown(() => node.kill())
  const arrive = async (name: string, home: 'a' | 'b'): Promise<Resident> => {
    const resident = await Resident.arrive(name, networks.at(home), folder)
    onTearDown(() => resident.person.leave())
    return resident
  }
  const [ada, ben] = await Promise.all([arrive('ada', 'a'), arrive('ben', 'b')])
  const link = await ada.person.startRoom(`https://${networks.nodeAddress}:${node.port}`, 'Two homes')
  await ada.person.listen()
  const songs = await writeSongs(folder)
  await addSongs(ada, songs)
  await ben.person.page.goto(link)
  await ben.person.listen()
  for (const resident of [ada, ben]) {
    const { person } = resident
    // Where only the node's relay leads to the other, that takes longer than one would wait for sound.
    await resident.sees('a link', ({ links }) => links !== 'none')
    await person.page.waitForFunction(
      (count) => {
        type Told = { media: { held: number; wanted: number } }
        const { media } = (globalThis as unknown as { earshot: { diagnostics(): Told } }).earshot.diagnostics()
        return media.held >= count && media.wanted === 0
      },
      songs.length,
      { timeout: FETCH_LIMIT_MS, polling: 200 },
    )
    await person.hears()
  }
  return { networks, ada, ben, songs }
}

/** Puts songs into the queue; what is there already weighs nothing. */
export async function addSongs(by: Resident, songs: readonly string[]): Promise<void> {
  for (const song of songs) await by.person.addFile(song)
}

async function writeSongs(folder: string): Promise<readonly string[]> {
  const random = seededRandom(1)
  const paths = Array.from({ length: SONGS }, (_, index) => join(folder, `Song ${index + 1}.wav`))
  for (const path of paths) {
    const samples = Float32Array.from({ length: SONG_S * SONG_RATE }, () => 0.5 * (random() - 0.5))
    await writeFile(path, wavFile(samples, SONG_RATE))
  }
  return paths
}
