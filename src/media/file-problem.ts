import { TrackFileError } from '../domain/errors.ts'
import { limits } from '../domain/limits.ts'

/** A file as the browser hands it over. */
export type NamedBlob = Blob & { readonly name: string }

/** Why a file cannot become a track. */
export type FileProblem =
  'empty' | 'too-large' | 'too-long' | 'no-audio' | 'damaged' | 'unreadable' | { readonly undecodable: string }

const SHOWN_CHARS = 80

/** The error that a person reads: which file, what is wrong with it, and what to do. */
export function fileError(file: NamedBlob, problem: FileProblem, cause?: unknown): TrackFileError {
  const chars = [...file.name]
  const name = chars.length > SHOWN_CHARS ? `${chars.slice(0, SHOWN_CHARS).join('')}…` : file.name
  return new TrackFileError(`“${name}” ${explain(problem)}`, cause === undefined ? {} : { cause })
}

function explain(problem: FileProblem): string {
  switch (problem) {
    case 'empty':
      return 'is empty. Choose another file, or copy it again from where it came.'
    case 'too-large':
      return `is larger than ${limits.trackBytes / 1024 ** 3} GB. Choose a smaller file, or convert it to MP3, Opus or FLAC.`
    case 'too-long':
      return `is longer than ${limits.trackDurationMs / 3_600_000} hours. Split it into shorter files.`
    case 'no-audio':
      return 'holds no audio that Earshot can read. Add MP3, M4A/AAC, FLAC, Opus, Ogg Vorbis or WAV files, or videos with sound.'
    case 'damaged':
      return 'is damaged or was cut off. Copy or download it again, then add it once more.'
    case 'unreadable':
      return 'could not be read: it was moved, changed or locked meanwhile. Check that it opens elsewhere, then add it again.'
    default:
      return `is encoded as ${problem.undecodable}, which this browser cannot play. Convert it to MP3 or FLAC, or try Chrome, Edge or Firefox.`
  }
}
