import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asked } from '../asked.ts'
import { MUSIC_RATE, noiseMusic } from '../music/noise-music.ts'
import { wavFile } from '../music/wav.ts'
import { ffmpeg } from '../rig/ffmpeg.ts'
import { erase, ownFolder } from '../rig/owned.ts'
import { skewOutcome, told, type Bench, type Outcome } from '../scenario.ts'
import { listenTo } from './steady.ts'

const LISTEN_S = 60
/**
 * A media element corrects by up to 1 % of its rate: over 0.25 s that smears 2.5 ms and blurs the peak. Shorter windows bear it, and a
 * wider search tells how far off it is.
 */
const WINDOWS = { windowS: 0.1, mostMs: 500 }
/** Until everybody is in. */
const SPARE_S = 40

/** A video file with two listeners: the browser's own media element plays it. */
export async function engineB(bench: Bench): Promise<Outcome> {
  const { settleS, seconds } = bench.settings
  const listenS = Math.min(LISTEN_S, seconds)
  const folder = await ownFolder()
  bench.onEnd(async () => erase(folder))
  const film = makeFilm(folder, settleS + listenS + SPARE_S)
  const stage = await bench.stage({ listeners: 2, files: [await film] })
  for (const listener of stage.listeners) {
    const { engine } = await listener.told()
    if (engine !== 'media-element') throw new Error(`this build has no engine B: the video plays through ${engine}`)
  }
  const series = await listenTo(stage.rig, listenS, settleS, WINDOWS)
  return skewOutcome('engineB', series, asked.engineB, await told(stage))
}

/** Seeded music under a small moving picture. */
async function makeFilm(folder: string, seconds: number): Promise<string> {
  const music = join(folder, 'music.wav')
  const film = join(folder, 'film.webm')
  await writeFile(music, wavFile(noiseMusic(800, seconds), MUSIC_RATE))
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=10']
  const codecs = ['-c:v', 'libvpx', '-b:v', '60k', '-g', '20', '-c:a', 'libopus', '-b:a', '96k']
  ffmpeg(...picture, '-i', music, '-t', String(seconds), ...codecs, film)
  return film
}
