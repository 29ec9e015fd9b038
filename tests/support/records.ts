import {
  hashText,
  peerIdFromKey,
  type BlobId,
  type EntryId,
  type PeerId,
  type RecordHash,
  type RoomId,
} from '../../src/domain/ids.ts'
import type {
  PlayBody,
  RecordBodies,
  RecordKind,
  FileTrack,
  VerifiedRecord,
  Visibility,
} from '../../src/domain/record.ts'

/** 32 bytes that look random and are the same for the same number (mulberry32). */
function bytesOf(seed: number): Uint8Array {
  const bytes = new Uint8Array(32)
  for (let i = 0; i < bytes.length; i++) {
    let x = (Math.imul(seed, 0x9e3779b1) + Math.imul(i + 1, 0x6d2b79f5)) | 0
    x = Math.imul(x ^ (x >>> 15), x | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    bytes[i] = (x ^ (x >>> 14)) & 0xff
  }
  return bytes
}

/** A PeerId of right form that no key stands behind. */
export const fakePeer = (seed: number): PeerId => peerIdFromKey(bytesOf(seed))
/** A hash of right form; neighbouring seeds are in no order. */
export const fakeHash = <T extends RecordHash | RoomId | BlobId = RecordHash>(seed: number): T =>
  hashText<T>(bytesOf(seed ^ 0x5eed))

export const [alice, bob, carol, dave] = [fakePeer(1), fakePeer(2), fakePeer(3), fakePeer(4)]

export const fakeTrack = (seed: number, durationMs = 60_000): FileTrack => ({
  id: fakeHash<BlobId>(seed),
  sizeBytes: 1_000_000,
  type: 'audio/mpeg',
  durationMs,
  title: `Track ${seed}`,
})

/** Where a record stands: who wrote it, and the author's room time in ms; `hash` when a test hangs on ties. */
export interface Stamp {
  readonly by?: PeerId
  readonly at?: number
  readonly hash?: RecordHash
}

/** Keeps the hashes of differently seeded rooms apart. */
const SEED_STEP = 1_000_003

/** Makes verified records without cryptography: same calls, same records. Everything made is in `records`. */
export class RecordBuilder {
  readonly records: VerifiedRecord[] = []
  readonly room: RoomId
  readonly founder: PeerId
  readonly #seqs = new Map<PeerId, number>()
  readonly #seed: number

  /** Begins with the genesis record of a room by `founder`, written at room time 0. */
  constructor({
    founder = alice,
    seed = 1,
    visibility = 'unlisted',
  }: { readonly founder?: PeerId; readonly seed?: number; readonly visibility?: Visibility } = {}) {
    this.#seed = seed * SEED_STEP
    this.founder = founder
    this.room = fakeHash<RoomId>(this.#seed)
    const nonce = bytesOf(seed)
    this.make('genesis', { nonce, visibility }, { hash: this.room as string as RecordHash })
  }

  /** The same room to write on in: what is written there is not written here. */
  copy(): RecordBuilder {
    const copy = new RecordBuilder({ founder: this.founder, seed: this.#seed / SEED_STEP })
    copy.records.splice(0, 1, ...this.records)
    for (const [peer, seq] of this.#seqs) copy.#seqs.set(peer, seq)
    return copy
  }

  make<K extends RecordKind>(kind: K, body: RecordBodies[K], stamp: Stamp = {}): VerifiedRecord<K> {
    const { by = this.founder, at = 0, hash = fakeHash(this.#seed + this.records.length) } = stamp
    const seq = this.#seqs.get(by) ?? 0
    this.#seqs.set(by, seq + 1)
    const place = { seq, session: 1, yClient: [...by].reduce((sum, c) => sum + c.charCodeAt(0), 0), yClock: seq }
    const room: RoomId | '' = kind === 'genesis' ? '' : this.room
    const record = { hash, v: 1, room, author: by, at, kind, body, ...place } as unknown as VerifiedRecord<K>
    this.records.push(record)
    return record
  }

  charter(body: Partial<RecordBodies['charter']> = {}, stamp?: Stamp): VerifiedRecord<'charter'> {
    return this.make('charter', { name: 'A room', control: 'everyone', ...body }, stamp)
  }
  role(peer: PeerId, role: 'host' | 'listener', stamp?: Stamp): VerifiedRecord<'role'> {
    return this.make('role', { peer, role }, stamp)
  }
  profile(name: string, stamp?: Stamp): VerifiedRecord<'profile'> {
    return this.make('profile', { name, face: name }, stamp)
  }
  message(text: string, stamp?: Stamp): VerifiedRecord<'message'> {
    return this.make('message', { text }, stamp)
  }
  /** Adds a track; the result is the entry's id. */
  entry(stamp?: Stamp & { readonly durationMs?: number }): EntryId {
    return this.make('entry', { track: fakeTrack(this.records.length, stamp?.durationMs) }, stamp).hash
  }
  withdraw(entry: EntryId, stamp?: Stamp): VerifiedRecord<'withdraw'> {
    return this.make('withdraw', { entry }, stamp)
  }
  next(entry: EntryId, stamp?: Stamp): VerifiedRecord<'next'> {
    return this.make('next', { entry }, stamp)
  }
  vote(entry: EntryId, stamp?: Stamp, up = true): VerifiedRecord<'vote'> {
    return this.make('vote', { entry, up }, stamp)
  }
  /** A play; where nothing else is said it is written when it starts, at position 0, with cause `play`. */
  play(
    body: Pick<PlayBody, 'entry' | 'turn' | 'startsAtMs'> & Partial<PlayBody>,
    stamp?: Stamp,
  ): VerifiedRecord<'play'> {
    const whole: PlayBody = { positionMs: 0, playing: body.entry !== null, cause: 'play', ...body }
    return this.make('play', whole, { at: body.startsAtMs, ...stamp })
  }
}
