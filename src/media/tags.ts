import type { IPicture } from 'music-metadata'
import { limits } from '../domain/limits.ts'
import type { NamedBlob } from './file-problem.ts'

/** What a file says of itself, fit for a record: single lines within `limits.tagChars`. */
export interface Tags {
  readonly title: string
  readonly artist?: string
  readonly album?: string
  readonly picture?: Blob
}

/** Bytes that tags and pictures may take to read: broken tags must not make us read all of a large file. */
const TAG_BYTES = 32 * 1024 * 1024

/** Reads the tags of a file. Never fails: what cannot be read is left out, and the title falls back on the file's name. */
export async function readTags(file: NamedBlob): Promise<Tags> {
  const { parseBlob, selectCover } = await import('music-metadata')
  try {
    const { common } = await parseBlob(bounded(file, TAG_BYTES), { duration: false })
    const [title, artist, album] = [common.title, common.artist, common.album].map(cleanTag)
    const picture = selectCover(common.picture)
    return {
      title: title ?? titleFromName(file.name),
      ...(artist === undefined ? {} : { artist }),
      ...(album === undefined ? {} : { album }),
      ...(picture === null ? {} : { picture: pictureBlob(picture) }),
    }
  } catch {
    return { title: titleFromName(file.name) } // tags are a courtesy: the music plays without
  }
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
