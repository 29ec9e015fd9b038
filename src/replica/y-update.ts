import { isRecordHash, type RecordHash } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { isRootMap } from '../domain/record-schema.ts'
import type { RootMap } from '../domain/record.ts'
import { ascii, concatAll } from './bytes.ts'

/**
 * One record in the Yjs document: one Item without origins, under a key of a root map, with binary content. Since records are never overwritten,
 * merged or deleted, these are the only structs of a room, and the part of Yjs's update format V1 that is needed is small enough to be read by
 * a parser of our own: nothing that a peer sent is ever handed to Yjs, which would park gaps, apply deletions and build any type it is told to.
 */
export interface Piece {
  readonly client: number
  readonly clock: number
  readonly map: RootMap
  readonly key: RecordHash
  /** Record bytes, sealed in private rooms. */
  readonly value: Uint8Array
}

export type UpdateProblem =
  'malformed' | 'deletion' | 'gc-or-skip' | 'origin' | 'nested' | 'content' | 'map' | 'key' | 'oversized'
export type ParsedUpdate =
  { readonly ok: true; readonly pieces: readonly Piece[] } | { readonly ok: false; readonly why: UpdateProblem }

/** Struct header: content reference 3 (binary) with BIT6 (a key follows); BIT7 and BIT8 would announce origins. */
const BINARY = 3
const HAS_KEY = 0x20
const ORIGINS = 0xc0
const GC = 0
const SKIP = 10
/** Longest valid varint of a 53-bit number. */
const VARINT_BYTES = 8
const KEY_CHARS = 43
/** The longest name of a root map is `playback`. */
const MAP_CHARS = 16

class Refusal extends Error {
  readonly why: UpdateProblem
  constructor(why: UpdateProblem) {
    super(why)
    this.why = why
  }
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new Refusal('malformed')
    return byte
  }

  /** LEB128, as short as possible and within 53 bits. */
  varint(): number {
    let value = 0
    for (let i = 0, unit = 1; i < VARINT_BYTES; i++, unit *= 128) {
      const byte = this.byte()
      value += (byte & 127) * unit
      if (byte < 128) {
        if ((byte === 0 && i > 0) || !Number.isSafeInteger(value)) throw new Refusal('malformed')
        return value
      }
    }
    throw new Refusal('malformed')
  }

  take(maxBytes: number, why: UpdateProblem): Uint8Array {
    const length = this.varint()
    if (length > maxBytes) throw new Refusal(why)
    const start = this.#at
    if (start + length > this.#bytes.length) throw new Refusal('malformed')
    this.#at += length
    return this.#bytes.slice(start, start + length)
  }

  text(maxChars: number, why: UpdateProblem): string {
    return String.fromCharCode(...this.take(maxChars, why))
  }
}

/** Reads an update that holds nothing but records: sections of one client each, clocks rising by one. Never throws. */
export function parseUpdate(update: Uint8Array): ParsedUpdate {
  if (update.length > limits.updateBytes) return { ok: false, why: 'oversized' }
  const reader = new Reader(update)
  const pieces: Piece[] = []
  try {
    const clients = new Set<number>()
    for (let sections = reader.varint(); sections > 0; sections--) {
      let structs = reader.varint()
      const client = reader.varint()
      if (structs === 0 || clients.has(client)) throw new Refusal('malformed')
      clients.add(client)
      for (let clock = reader.varint(); structs > 0; structs--, clock++) {
        if (clock >= Number.MAX_SAFE_INTEGER) throw new Refusal('malformed')
        pieces.push(parseStruct(reader, client, clock))
      }
    }
    if (reader.varint() !== 0) throw new Refusal('deletion')
    if (!reader.atEnd) throw new Refusal('malformed')
    return { ok: true, pieces }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, why: error.why }
    throw error
  }
}

function parseStruct(reader: Reader, client: number, clock: number): Piece {
  const info = reader.byte()
  const content = info & 0x1f
  if (content === GC || content === SKIP) throw new Refusal('gc-or-skip')
  if ((info & ORIGINS) !== 0) throw new Refusal('origin')
  // 1: the parent is a root type and its name follows; 0: it is an item, that is a nested type.
  if (reader.varint() !== 1) throw new Refusal('nested')
  const map = reader.text(MAP_CHARS, 'map')
  if (!isRootMap(map)) throw new Refusal('map')
  if ((info & HAS_KEY) === 0) throw new Refusal('key')
  const key = reader.text(KEY_CHARS, 'key')
  if (!isRecordHash(key)) throw new Refusal('key')
  if (content !== BINARY) throw new Refusal('content')
  const value = reader.take(limits.recordBytes + limits.sealBytes, 'oversized')
  return { client, clock, map, key, value }
}

function varints(...values: readonly number[]): Uint8Array {
  const out: number[] = []
  for (const value of values) {
    let rest = value
    while (rest >= 128) {
      out.push((rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    out.push(rest)
  }
  return Uint8Array.from(out)
}

/** The Yjs update (V1) of some records. Clocks of one client must follow one another. */
export function encodeUpdate(pieces: readonly Piece[]): Uint8Array {
  const sections = new Map<number, Piece[]>()
  for (const piece of pieces) {
    const section = sections.get(piece.client)
    if (section === undefined) sections.set(piece.client, [piece])
    else section.push(piece)
  }
  const parts = [varints(sections.size)]
  for (const [client, section] of sections) {
    parts.push(varints(section.length, client, section[0]?.clock ?? 0))
    for (const { map, key, value } of section) {
      parts.push(varints(BINARY | HAS_KEY, 1, map.length), ascii(map), varints(key.length), ascii(key))
      parts.push(varints(value.length), value)
    }
  }
  parts.push(varints(0))
  return concatAll(parts)
}

/** Bytes that a piece adds to an update at most, headers included. */
export const pieceBytes = (piece: Piece): number => piece.value.length + KEY_CHARS + MAP_CHARS + 4 * VARINT_BYTES

/** Cuts a list of pieces into updates of at most about `maxBytes`. */
export function* batchPieces(pieces: Iterable<Piece>, maxBytes: number): Generator<readonly Piece[]> {
  let batch: Piece[] = []
  let bytes = 0
  for (const piece of pieces) {
    const size = pieceBytes(piece)
    if (batch.length > 0 && bytes + size > maxBytes) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(piece)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
