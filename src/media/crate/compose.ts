/**
 * Composes the demo crate: `npm run compose` renders every piece from its seed, encodes it with ffmpeg (which must be installed)
 * and writes `public/crate/`. The result is committed, so nobody needs to run this to use Earshot. CC0.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RATE, type SoundCanvas } from './canvas.ts'
import { drawCover } from './cover.ts'
import type { Piece } from './piece.ts'
import { glassGarden } from './pieces/glass-garden.ts'
import { harbourLights } from './pieces/harbour-lights.ts'
import { nightTrain } from './pieces/night-train.ts'
import { paperKites } from './pieces/paper-kites.ts'

const pieces: readonly Piece[] = [harbourLights, nightTrain, glassGarden, paperKites]
const target = join(import.meta.dirname, '../../../public/crate')
const scratch = mkdtempSync(join(tmpdir(), 'earshot-crate-'))
mkdirSync(target, { recursive: true })
try {
  for (const piece of pieces) compose(piece)
  writeFileSync(join(target, 'crate.json'), `${JSON.stringify(pieces.map(({ file }) => `${file}.mp3`))}\n`)
} finally {
  rmSync(scratch, { recursive: true })
}

function compose({ file, title, colours, render }: Piece): void {
  const sound = render()
  const wave = join(scratch, `${file}.f32`)
  const cover = join(scratch, `${file}.png`)
  writeFileSync(wave, interleave(sound))
  writeFileSync(cover, drawCover(title, colours))
  const tags = { title, artist: 'Earshot House Band', album: 'The Demo Crate', date: '2026', copyright: 'CC0 1.0' }
  const input = ['-f', 'f32le', '-ar', String(RATE), '-ac', '2', '-i', wave, '-i', cover, '-map', '0:a', '-map', '1:v']
  const encoding = [
    '-c:a',
    'libmp3lame',
    '-q:a',
    '4',
    '-c:v',
    'mjpeg',
    '-q:v',
    '4',
    '-id3v2_version',
    '3',
    '-disposition:v',
    'attached_pic',
  ]
  const metadata = Object.entries(tags).flatMap(([key, value]) => ['-metadata', `${key}=${value}`])
  const output = join(target, `${file}.mp3`)
  const { status, stderr, error } = spawnSync('ffmpeg', [
    '-y',
    '-v',
    'error',
    '-bitexact',
    ...input,
    ...encoding,
    ...metadata,
    output,
  ])
  if (error) throw new Error('ffmpeg is needed to compose the crate: install the package "ffmpeg"', { cause: error })
  if (status !== 0) throw new Error(`ffmpeg could not encode ${file}: ${stderr.toString()}`)
  console.log(`${title}: ${(sound.frames / RATE).toFixed(1)} s`)
}

function interleave({ left, right, frames }: SoundCanvas): Buffer {
  const samples = new Float32Array(frames * 2)
  for (let i = 0; i < frames; i++) {
    samples[i * 2] = left[i]!
    samples[i * 2 + 1] = right[i]!
  }
  return Buffer.from(samples.buffer)
}
