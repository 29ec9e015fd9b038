import type { IAudioMetadata, IPicture } from 'music-metadata'
import { limits } from '../domain/limits.ts'
import { tidyLoudness, type Loudness } from '../domain/loudness.ts'
import type { NamedBlob } from './file-problem.ts'

/** What a file says of itself, fit for a record: single lines within `limits.tagChars`. */
export interface Tags {
  readonly title: string
  readonly artist?: string
  readonly album?: string
  readonly picture?: Blob
  /** As another program measured it: ReplayGain 2 or Opus's R128 gain. */
  readonly loudness?: Loudness
}

/** What a gain in tags leads to, LUFS: ReplayGain 2.0, section 4; RFC 7845, 5.2.1 (EBU R 128). */
const REPLAY_GAIN_LUFS = -18
const R128_LUFS = -23
/** R128 gains are whole numbers of 1/256 dB. */
const R128_STEPS_PER_DB = 256

/** Bytes that tags and pictures may take to read: broken tags must not make us read all of a large file. */
const TAG_BYTES = 32 * 1024 * 1024

/** Reads the tags of a file. Never fails: what cannot be read is left out, and the title falls back on the file's name. */
export async function readTags(file: NamedBlob): Promise<Tags> {
  const { parseBlob, selectCover } = await import('music-metadata')
  try {
    const metadata = await parseBlob(bounded(file, TAG_BYTES), { duration: false })
    const { common } = metadata
    const [title, artist, album] = [common.title, common.artist, common.album].map(cleanTag)
    const picture = selectCover(common.picture)
    const loudness = taggedLoudness(metadata)
    return {
      title: title ?? titleFromName(file.name),
      ...(artist === undefined ? {} : { artist }),
      ...(album === undefined ? {} : { album }),
      ...(picture === null ? {} : { picture: pictureBlob(picture) }),
      ...(loudness === null ? {} : { loudness }),
    }
  } catch {
    return { title: titleFromName(file.name) } // tags are a courtesy: the music plays without
  }
}

/** The track's loudness by its tags; null without. A peak that is not told is taken for full scale, so that nothing is turned up. */
function taggedLoudness({ common, native }: Pick<IAudioMetadata, 'common' | 'native'>): Loudness | null {
  const { replaygain_track_gain: gain, replaygain_track_peak: peak } = common
  // The parser's own `dB` takes the peak for a ratio of powers.
  const peakDbfs = peak === undefined ? 0 : 20 * Math.log10(peak.ratio)
  if (gain !== undefined) return tidyLoudness(REPLAY_GAIN_LUFS - gain.dB, peakDbfs)
  const r128 = Object.values(native)
    .flat()
    .find(({ id }) => id.toUpperCase() === 'R128_TRACK_GAIN')
  if (r128 === undefined) return null
  return tidyLoudness(R128_LUFS - Number.parseInt(String(r128.value), 10) / R128_STEPS_PER_DB, peakDbfs)
}

const pictureBlob = ({ data, format }: IPicture): Blob =>
  new Blob([data as Uint8Array<ArrayBuffer>], { type: format.toLowerCase() })

/** What a record does not allow in a line of text: control characters, separators, marks that turn what follows around. */
const UNFIT = /[\p{Cc}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu

/** A tag as one clean line of at most `limits.tagChars` characters; undefined when nothing is left. */
export function cleanTag(text: string | undefined): string | undefined {
  const line = (text ?? '').toWellFormed().replace(UNFIT, ' ').replace(/\s+/gu, ' ').trim()
  const clean = [...line].slice(0, limits.tagChars).join('').trim()
  return clean === '' ? undefined : clean
}

/** "03 - My_song.final.mp3" reads as "03 - My song.final". */
export function titleFromName(name: string): string {
  const bare = name.replace(/\.[a-z0-9]{1,5}$/iu, '').replaceAll('_', ' ')
  return cleanTag(bare) ?? cleanTag(name) ?? 'Untitled'
}

/** The file, but reading more than `budget` bytes of it fails. Has what music-metadata uses of a Blob. */
function bounded(file: Blob, budget: number): Blob {
  let left = budget
  const slice = (start = 0, end = file.size): Blob => {
    left -= end - start
    if (left < 0) throw new RangeError(`tags of more than ${budget} bytes`)
    return file.slice(start, end)
  }
  return { size: file.size, type: file.type, slice } as Blob
}
