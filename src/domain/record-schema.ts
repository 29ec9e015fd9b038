import * as v from 'valibot'
import { isBlobId, isPeerId, isRecordHash, type BlobId, type EntryId, type PeerId } from './ids.ts'
import { limits } from './limits.ts'
import { isMediaUrl } from './media-url.ts'
import { kindsByMap, moods, type RecordBodies, type RecordKind, type RootMap } from './record.ts'

/** Latest instant that a JavaScript Date can hold, Unix ms (ECMA-262, time values). */
const LATEST_MS = 8.64e15
/** Room for 136 years of one play per second; a hostile number beyond it is refused here. */
const LAST_TURN = 2 ** 32 - 1
const NONCE_BYTES = 16

const codePoints = (text: string): number => [...text].length

/** No control characters, line or paragraph separators, nor marks that turn the direction of what follows (they forge names). */
const ONE_LINE = /^[^\p{Cc}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]*$/u
/** As above, but with line feeds and tabs. */
const MANY_LINES = /^(?:[^\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]|[\n\t])*$/u

const text = (maxChars: number, form: RegExp) =>
  v.pipe(
    v.string(),
    // A code point has at most two UTF-16 units: stop before counting a huge text.
    v.maxLength(maxChars * 2),
    v.check((value) => value.isWellFormed(), 'has half a character'),
    v.check((value) => codePoints(value) <= maxChars, `is longer than ${maxChars} characters`),
    v.check((value) => value !== '' && value.trim() === value, 'is empty or has blanks around it'),
    v.regex(form, 'has control characters'),
  )

const wholeNumber = (min: number, max: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max))
const between = (min: number, max: number) => v.pipe(v.number(), v.finite(), v.minValue(min), v.maxValue(max))
const millis = (max: number) => between(0, max)
const id = <T>(test: (value: unknown) => boolean) => v.custom<T>((value) => test(value))
const entryId = id<EntryId>(isRecordHash)

/** MIME types of audio (or a container that holds some); parameters are not allowed. */
const audioType = v.pipe(v.string(), v.maxLength(100), v.regex(/^(?:audio|video|application)\/[a-z0-9][a-z0-9.+-]*$/))
/** Raster pictures only: an SVG is a document that can carry scripts. */
const coverType = v.picklist(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif'])

const picture = v.strictObject({
  widthPx: wholeNumber(1, limits.pictureEdgePx),
  heightPx: wholeNumber(1, limits.pictureEdgePx),
})

const trackWords = {
  durationMs: v.pipe(millis(limits.trackDurationMs), v.gtValue(0)),
  title: text(limits.tagChars, ONE_LINE),
  artist: v.exactOptional(text(limits.tagChars, ONE_LINE)),
  album: v.exactOptional(text(limits.tagChars, ONE_LINE)),
  cover: v.exactOptional(
    v.strictObject({ id: id<BlobId>(isBlobId), sizeBytes: wholeNumber(1, limits.coverBytes), type: coverType }),
  ),
  loudness: v.exactOptional(
    v.strictObject({
      integratedLufs: between(limits.loudnessMinLufs, limits.loudnessMaxLufs),
      peakDbfs: between(limits.peakMinDbfs, limits.peakMaxDbfs),
    }),
  ),
  video: v.exactOptional(picture),
}

const seekTable = v.strictObject({
  sampleRate: wholeNumber(1, limits.sampleRateHz),
  everyFrames: wholeNumber(1, limits.sampleRateHz * (limits.trackDurationMs / 1000)),
  gapsBytes: v.pipe(v.array(wholeNumber(0, limits.trackBytes)), v.minLength(2), v.maxLength(limits.seekMarks)),
})

const track = v.union([
  v.strictObject({
    id: id<BlobId>(isBlobId),
    sizeBytes: wholeNumber(1, limits.trackBytes),
    type: audioType,
    ...trackWords,
    seekTable: v.exactOptional(seekTable),
  }),
  v.strictObject({ url: v.custom<string>(isMediaUrl), ...trackWords }),
])

/** What records and cards say of a room alike. */
export const listingEntries = {
  tags: v.pipe(
    v.array(text(limits.listingTagChars, ONE_LINE)),
    v.maxLength(limits.listingTags),
    v.check((tags) => new Set(tags).size === tags.length, 'repeats a tag'),
  ),
  mood: v.exactOptional(v.picklist(moods)),
  language: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/))),
  place: v.exactOptional(v.strictObject({ latitudeDeg: wholeNumber(-90, 89), longitudeDeg: wholeNumber(-180, 179) })),
}

/** One line of at most so many characters, as records hold it. */
export const line = (maxChars: number) => text(maxChars, ONE_LINE)

const bodySchemas = {
  genesis: v.strictObject({
    nonce: v.pipe(v.instance(Uint8Array), v.length(NONCE_BYTES)),
    visibility: v.picklist(['public', 'unlisted', 'private']),
  }),
  charter: v.strictObject({
    name: text(limits.roomNameChars, ONE_LINE),
    control: v.picklist(['everyone', 'hosts']),
    listing: v.exactOptional(v.strictObject(listingEntries)),
  }),
  role: v.strictObject({ peer: id<PeerId>(isPeerId), role: v.picklist(['host', 'listener']) }),
  profile: v.strictObject({ name: text(limits.nameChars, ONE_LINE), face: text(limits.nameChars, ONE_LINE) }),
  entry: v.strictObject({ track }),
  withdraw: v.strictObject({ entry: entryId }),
  next: v.strictObject({ entry: entryId }),
  vote: v.strictObject({ entry: entryId, up: v.boolean() }),
  message: v.strictObject({ text: text(limits.messageChars, MANY_LINES) }),
  play: v.strictObject({
    entry: v.nullable(entryId),
    positionMs: millis(limits.trackDurationMs),
    startsAtMs: millis(LATEST_MS),
    playing: v.boolean(),
    turn: wholeNumber(0, LAST_TURN),
    cause: v.picklist(['play', 'pause', 'seek', 'skip', 'anchor']),
  }),
} satisfies { [K in RecordKind]: v.GenericSchema<unknown, RecordBodies[K]> }

export const isRecordKind = (kind: unknown): kind is RecordKind =>
  typeof kind === 'string' && Object.hasOwn(bodySchemas, kind)

/** What is wrong with a body, in words a person can read; null when it is fine. */
export function bodyProblem(kind: RecordKind, body: unknown): string | null {
  const result = v.safeParse(bodySchemas[kind], body, { abortEarly: true })
  if (result.success) return null
  const issue = result.issues[0]
  const where = v.getDotPath(issue)
  return where === null ? `the ${kind} ${issue.message}` : `the ${kind}'s ${where} ${issue.message}`
}

/** Whether `body` is a well-formed body of its kind: strict, within `limits`, finite numbers, ids of the right form. */
export const isBody = <K extends RecordKind>(kind: K, body: unknown): body is RecordBodies[K] =>
  v.is(bodySchemas[kind], body)

/** Profile names, faces, titles and room names as a record can hold them: one trimmed line, no control characters, at most `maxChars`. Null when nothing is left. */
export function tidyLine(raw: string, maxChars: number): string | null {
  const line = [...raw.toWellFormed()].map((char) => (ONE_LINE.test(char) ? char : ' ')).join('')
  const tidy = [...line.replace(/\s+/gu, ' ').trim()].slice(0, maxChars).join('').trim()
  return tidy === '' ? null : tidy
}

/** The root map in which records of a kind stand. */
export function mapOfKind(kind: RecordKind): RootMap {
  for (const [map, kinds] of Object.entries(kindsByMap)) {
    if ((kinds as readonly RecordKind[]).includes(kind)) return map as RootMap
  }
  throw new RangeError(`no root map for records of kind ${kind}`)
}

export const isRootMap = (name: string): name is RootMap => Object.hasOwn(kindsByMap, name)

/** `at` of a record: a finite, non-negative room time in ms. */
export const isRecordTime = (at: unknown): at is number => typeof at === 'number' && at >= 0 && at <= LATEST_MS
