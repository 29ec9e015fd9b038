import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { resample } from '../measure/resample.ts'
import { RECORD_RATE } from '../rig/rig.ts'
import { MUSIC_RATE } from './noise-music.ts'
import { wavFile } from './wav.ts'

/** A file of the bench's own, and what is in it. */
export interface OwnTrack {
  readonly path: string
  readonly samples: Float32Array
}

/** Writes samples as WAV files into a folder: "Track 1", "Track 2" … */
export const writeTracks = (folder: string, pieces: readonly Float32Array[]): Promise<OwnTrack[]> =>
  Promise.all(
    pieces.map(async (samples, i) => {
      const path = join(folder, `Track ${i + 1}.wav`)
      await writeFile(path, wavFile(samples, MUSIC_RATE))
      return { path, samples }
    }),
  )

/** What a recording should hold of a track from `fromS` on. */
export const passageOf = (track: OwnTrack, fromS: number, seconds: number): Float32Array =>
  resample(track.samples, fromS * MUSIC_RATE, MUSIC_RATE / RECORD_RATE, Math.round(seconds * RECORD_RATE))
