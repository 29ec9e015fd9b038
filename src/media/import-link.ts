import { TrackFileError } from '../domain/errors.ts'
import { limits } from '../domain/limits.ts'
import { hostOf, isMediaUrl } from '../domain/media-url.ts'
import type { LinkedTrack, PictureSize, Track } from '../domain/record.ts'
import { fileError } from './file-problem.ts'
import type { ImportOptions } from './import-track.ts'
import { titleFromName } from './tags.ts'

/** What the browser's own player says of an address. */
export interface MediaFacts {
  /** Infinity for what never ends. */
  readonly durationMs: number
  /** Whether one can begin in the middle, as every latecomer does. */
  readonly isSeekable: boolean
  readonly video?: PictureSize
}

/** Asks the browser's own player what lies at an address; null when it cannot play it. Rejects with AbortError. */
export type ProbeMedia = (url: string, signal: AbortSignal) => Promise<MediaFacts | null>

export interface LinkParts {
  readonly fetch: typeof fetch
  readonly probe: ProbeMedia
  readonly importFile: (file: File, options: ImportOptions) => Promise<Track>
  /** The page came over https: browsers do not let it load anything over http. */
  readonly isSecure: boolean
}

/** Share of the progress bar; the rest is reading what came. */
const FETCHED = 0.5

/**
 * Makes a track of an address. What its host lets pages read is copied once, by this device, and is then a file like any other; all else is
 * played from there by each listener. Rejects with TrackFileError (what is wrong, and what to do), StorageError or AbortError.
 */
export async function importLink(text: string, parts: LinkParts, options: ImportOptions): Promise<Track> {
  const url = readAddress(text, parts.isSecure)
  const file = await fetchFile(url, parts, options)
  if (file === null) return linkTo(url, await parts.probe(url, options.signal))
  const onProgress = (fraction: number): void => options.onProgress?.(FETCHED + (1 - FETCHED) * fraction)
  return parts.importFile(file, { ...options, onProgress })
}

/** How an address is called while it is being looked at. */
export const linkName = (text: string): string => (isMediaUrl(text) ? fileNameOf(text) : text)

function readAddress(text: string, isSecure: boolean): string {
  const url = URL.canParse(text) ? new URL(text).href : ''
  if (!isMediaUrl(url))
    throw new TrackFileError(
      'This is no address of music: it has to begin with http:// or https:// and to be the address of the file itself.',
    )
  const { protocol, hostname } = new URL(url)
  if (isSecure && protocol === 'http:' && !/^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
    throw new TrackFileError(
      `This page came over https, and browsers do not let it load from ${hostOf(url)} over plain http. Try the address with https.`,
    )
  return url
}

/** The whole file, where its host lets pages read it and says how long it is; null where it does not, or is out of reach, which the browser does not tell apart. */
async function fetchFile(
  url: string,
  { fetch }: LinkParts,
  { signal, onProgress }: ImportOptions,
): Promise<File | null> {
  const host = hostOf(url)
  const lost = (cause: unknown): TrackFileError =>
    new TrackFileError(`The connection to ${host} broke off. Try it again.`, { cause })
  const request = { signal, mode: 'cors', credentials: 'omit', referrerPolicy: 'no-referrer' } as const
  const answer = await fetch(url, request).catch(() => null)
  signal.throwIfAborted()
  if (answer === null) return null
  if (!answer.ok || answer.body === null)
    throw new TrackFileError(
      `${host} answered ${answer.status}: there is no file at this address. Check it and try again.`,
    )
  const name = fileNameOf(url)
  const sizeBytes = Number(answer.headers.get('content-length'))
  if (sizeBytes === 0) {
    // A live stream does not say how long it is, and would be read for ever.
    await answer.body.cancel()
    return null
  }
  const reader = answer.body.getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for (;;) {
    if (bytes > limits.trackBytes || sizeBytes > limits.trackBytes) {
      await reader.cancel()
      throw fileError(new File([], name), 'too-large')
    }
    const { done, value } = await reader.read().catch((error: unknown) => {
      signal.throwIfAborted()
      throw lost(error)
    })
    if (done) return new File(parts, name)
    parts.push(value)
    bytes += value.length
    onProgress?.(FETCHED * Math.min(1, bytes / sizeBytes))
  }
}

function linkTo(url: string, facts: MediaFacts | null): LinkedTrack {
  const host = hostOf(url)
  if (facts === null)
    throw new TrackFileError(
      `Nothing that plays was found at this address: ${host} does not answer, or what it sends is no music that this browser knows. Use the address of the file itself, not of a page around it.`,
    )
  const { durationMs, isSeekable, video } = facts
  if (!Number.isFinite(durationMs) || durationMs <= 0)
    throw new TrackFileError(
      `What ${host} sends has no end, and a queue needs one. Earshot plays files, not live streams.`,
    )
  if (durationMs > limits.trackDurationMs) throw fileError(new File([], fileNameOf(url)), 'too-long')
  if (!isSeekable)
    throw new TrackFileError(
      `${host} sends this only from its beginning, so nobody could join in the middle. Download it and add the file.`,
    )
  return { url, durationMs, title: titleFromName(fileNameOf(url)), ...(video === undefined ? {} : { video }) }
}

function fileNameOf(url: string): string {
  const last = new URL(url).pathname.split('/').findLast((part) => part !== '')
  if (last === undefined) return hostOf(url)
  try {
    return decodeURIComponent(last)
  } catch {
    return last // a stray % belongs to the name
  }
}
