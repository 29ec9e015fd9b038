import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { RoomId } from '../../src/domain/ids.ts'
import type { RootMap } from '../../src/domain/record.ts'
import type { Vector } from '../../src/replica/room-document.ts'
import { pieceBytes, type Piece } from '../../src/replica/y-update.ts'
import type { KeepablePiece } from './judge.ts'
import type { KeepQuota } from './quota.ts'

const DAY_MS = 24 * 3_600_000
/**
 * Different records that are kept for one place. Two prove that their author contradicts itself; in private rooms, where a member's garbage
 * looks like a record, it must not keep the good one away at once.
 */
const RECORDS_PER_PLACE = 4
/** Records that are read at a time, so that others get their turn between. */
const PAGE = 128

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS shelf (
    no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, room TEXT, claim BLOB NOT NULL,
    seen_day INTEGER NOT NULL, bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS piece (
    shelf INTEGER NOT NULL REFERENCES shelf (no) ON DELETE CASCADE, client INTEGER NOT NULL, clock INTEGER NOT NULL,
    key TEXT NOT NULL, map TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (shelf, client, clock, key)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS author (
    shelf INTEGER NOT NULL REFERENCES shelf (no) ON DELETE CASCADE, peer TEXT NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (shelf, peer)
  ) STRICT, WITHOUT ROWID;
`

/** A room that is kept. */
export interface ShelfRow {
  readonly no: number
  /** Of a public or unlisted room; null when the keeper was not told. */
  readonly room: RoomId | null
  readonly claim: Uint8Array
  readonly bytes: number
}

/** Where the next page of records begins. */
export interface Place {
  readonly clock: number
  readonly key: string
}

/**
 * A keeper's disk: SQLite in one folder, which no other process may use meanwhile. What a method has written when it returns survives the
 * end of the process and of the machine (`synchronous=FULL`). Opening fails with an Error of SQLite's or of the file system's.
 */
export class KeepStore {
  readonly #db: DatabaseSync
  readonly #quota: KeepQuota
  #totalBytes: number

  constructor(dir: string, quota: KeepQuota) {
    this.#quota = quota
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const file = join(dir, 'rooms.db')
    this.#db = new DatabaseSync(file)
    this.#db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    this.#db.exec(`PRAGMA foreign_keys = ON; ${SCHEMA}`)
    chmodSync(file, 0o600)
    this.#totalBytes = Number(this.#db.prepare('SELECT COALESCE(SUM(bytes), 0) AS bytes FROM shelf').get()?.['bytes'])
  }

  get totals(): { readonly rooms: number; readonly bytes: number } {
    return {
      rooms: Number(this.#db.prepare('SELECT COUNT(*) AS rooms FROM shelf').get()?.['rooms']),
      bytes: this.#totalBytes,
    }
  }

  shelf(name: string): ShelfRow | null {
    const row = this.#db.prepare('SELECT no, room, claim, bytes FROM shelf WHERE name = ?').get(name)
    return row === undefined ? null : (row as unknown as ShelfRow)
  }

  /** Makes a shelf; null when there are as many as may be. */
  make(name: string, room: RoomId | null, claim: Uint8Array, wallMs: number): ShelfRow | null {
    if (this.totals.rooms >= this.#quota.rooms) return null
    const insert = this.#db.prepare('INSERT INTO shelf (name, room, claim, seen_day, bytes) VALUES (?, ?, ?, ?, 0)')
    insert.run(name, room, claim, Math.floor(wallMs / DAY_MS))
    return this.shelf(name)
  }

  remove(shelf: ShelfRow): void {
    this.#totalBytes -= this.#bytesOf(shelf)
    this.#db.prepare('DELETE FROM shelf WHERE no = ?').run(shelf.no)
  }

  /** Somebody was there. */
  seen({ no }: ShelfRow, wallMs: number): void {
    const day = Math.floor(wallMs / DAY_MS)
    this.#db.prepare('UPDATE shelf SET seen_day = ? WHERE no = ? AND seen_day < ?').run(day, no, day)
  }

  /** Throws away what nobody has opened for the quota's days; resolves to the number of rooms. */
  sweep(wallMs: number): number {
    const oldest = Math.floor(wallMs / DAY_MS) - this.#quota.days
    const { changes } = this.#db.prepare('DELETE FROM shelf WHERE seen_day < ?').run(oldest)
    this.#totalBytes = Number(this.#db.prepare('SELECT COALESCE(SUM(bytes), 0) AS bytes FROM shelf').get()?.['bytes'])
    return Number(changes)
  }

  /** Records of each client. */
  vector({ no }: ShelfRow): Vector {
    const rows = this.#db.prepare('SELECT client, MAX(clock) + 1 AS count FROM piece WHERE shelf = ? GROUP BY client')
    return new Map(rows.all(no).map(({ client, count }) => [Number(client), Number(count)]))
  }

  /** Clients with two records at one place. */
  forked({ no }: ShelfRow): readonly number[] {
    const rows = this.#db.prepare(
      'SELECT DISTINCT client FROM piece WHERE shelf = ? GROUP BY client, clock HAVING COUNT(*) > 1',
    )
    return rows.all(no).map(({ client }) => Number(client))
  }

  /** Records of a client behind a place, in their order, at most a page. */
  page({ no }: ShelfRow, client: number, { clock, key }: Place): readonly Piece[] {
    const rows = this.#db.prepare(
      'SELECT clock, key, map, value FROM piece WHERE shelf = ? AND client = ? AND (clock, key) > (?, ?) ORDER BY clock, key LIMIT ?',
    )
    return rows
      .all(no, client, clock, key, PAGE)
      .map((row) => ({ ...row, client, map: row['map'] as RootMap }) as Piece)
  }

  /** Does all of it or, when it throws, nothing. */
  transaction<T>(work: () => T): T {
    const totalBytes = this.#totalBytes
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      this.#totalBytes = totalBytes
      this.#db.exec('ROLLBACK')
      throw error
    }
  }

  /**
   * Takes in records, those of one client in their order; resolves to the number of those that had no predecessor or no room here. What one
   * author has in a room may not exceed what is still free in it, so that nobody fills it alone, nor any number of authors quite.
   */
  put(shelf: ShelfRow, pieces: readonly KeepablePiece[]): number {
    const at = this.#db.prepare('SELECT key FROM piece WHERE shelf = ? AND client = ? AND clock = ?')
    const insert = this.#db.prepare(
      'INSERT INTO piece (shelf, client, clock, key, map, value) VALUES (?, ?, ?, ?, ?, ?)',
    )
    const grow = this.#db.prepare(
      'INSERT INTO author (shelf, peer, bytes) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes RETURNING bytes',
    )
    const { no } = shelf
    let used = this.#bytesOf(shelf)
    const before = used
    let left = 0
    for (const piece of pieces) {
      const { client, clock, key, map, value, author } = piece
      const held = at.all(no, client, clock).map((row) => row['key'])
      if (held.includes(key) || held.length >= RECORDS_PER_PLACE) continue
      const hasPredecessor = clock === 0 || at.get(no, client, clock - 1) !== undefined
      const size = pieceBytes(piece)
      const free =
        Math.min(this.#quota.roomBytes - used, this.#quota.totalBytes - this.#totalBytes - (used - before)) - size
      const fits = hasPredecessor && free >= 0
      if (!fits || (author !== '' && this.#authorBytes(no, author) + size > free)) {
        left += 1
        continue
      }
      insert.run(no, client, clock, key, map, value)
      if (author !== '') grow.get(no, author, size)
      used += size
    }
    this.#db.prepare('UPDATE shelf SET bytes = ? WHERE no = ?').run(used, no)
    this.#totalBytes += used - before
    return left
  }

  close(): void {
    this.#db.close()
  }

  /** As of now: `ShelfRow.bytes` is as old as its row. */
  #bytesOf({ no }: ShelfRow): number {
    return Number(this.#db.prepare('SELECT bytes FROM shelf WHERE no = ?').get(no)?.['bytes'] ?? 0)
  }

  #authorBytes(no: number, peer: string): number {
    return Number(
      this.#db.prepare('SELECT bytes FROM author WHERE shelf = ? AND peer = ?').get(no, peer)?.['bytes'] ?? 0,
    )
  }
}
