import type { BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Scheduler } from '../domain/scheduler.ts'
import { RateMeter } from './rate.ts'
import { tuning } from './tuning.ts'

export interface Asked {
  readonly id: BlobId
  readonly piece: number
  readonly askedAtMs: number
  /** It came and is being verified and stored. */
  arrived: boolean
}

export const pieceKey = (id: BlobId, piece: number): string => `${id}/${piece}`

/** What we asked of one link: its window, its speed, and its stalls. */
export class LinkDownloads {
  readonly #scheduler: Scheduler
  readonly #asked = new Map<string, Asked>()
  /** Cancelled by us and perhaps under way already: no lie of the peer when they come. */
  readonly #late = new Set<string>()
  readonly #meter: RateMeter
  #lastPieceMs = -Infinity
  #restMs: number = tuning.restMs
  #restUntilMs = -Infinity

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
    this.#meter = new RateMeter(scheduler, 10_000)
  }

  get asked(): Iterable<Asked> {
    return this.#asked.values()
  }

  get(id: BlobId, piece: number): Asked | undefined {
    return this.#asked.get(pieceKey(id, piece))
  }

  /** Pieces that may still be asked: the window follows the link's speed, so that an urgent piece never queues for long. */
  get room(): number {
    const speed = this.#meter.bytesPerSecond
    const window = speed === 0 ? tuning.firstWindow : 1 + Math.ceil((speed * tuning.aheadSeconds) / limits.pieceBytes)
    return Math.min(window, tuning.widestWindow) - this.#asked.size
  }

  /** Seconds after which a piece asked now should be here; a link of unknown speed counts as a middling one. */
  get delaySeconds(): number {
    return ((this.#asked.size + 1) * limits.pieceBytes) / (this.#meter.bytesPerSecond || 1_000_000)
  }

  get resting(): boolean {
    return this.#scheduler.nowMs() < this.#restUntilMs
  }

  add(id: BlobId, piece: number): void {
    this.#late.delete(pieceKey(id, piece))
    this.#asked.set(pieceKey(id, piece), { id, piece, askedAtMs: this.#scheduler.nowMs(), arrived: false })
  }

  /** A piece has come. `asked`: expected; `late`: once expected; `twice` or `unasked`: nobody waited for it. */
  arrive(id: BlobId, piece: number, bytes: number): 'asked' | 'late' | 'twice' | 'unasked' {
    const key = pieceKey(id, piece)
    const asked = this.#asked.get(key)
    if (asked === undefined && !this.#late.delete(key)) return 'unasked'
    if (asked?.arrived === true) return 'twice'
    if (asked !== undefined) asked.arrived = true
    this.#meter.add(bytes)
    this.#lastPieceMs = this.#scheduler.nowMs()
    this.#restMs = tuning.restMs
    this.#restUntilMs = -Infinity
    return asked === undefined ? 'late' : 'asked'
  }

  /** The piece is stored, refused or of no use any more. */
  settle(id: BlobId, piece: number): void {
    this.#asked.delete(pieceKey(id, piece))
  }

  /** Gives up what is still on its way of the pieces that `which` names, and returns them; they may come late. */
  giveUp(which: (asked: Asked) => boolean): readonly Asked[] {
    const given = [...this.#asked.values()].filter((asked) => !asked.arrived && which(asked))
    for (const { id, piece } of given) {
      this.#asked.delete(pieceKey(id, piece))
      this.#late.add(pieceKey(id, piece))
    }
    // Old ones will not come any more.
    for (const key of this.#late) if (this.#late.size > limits.mediaRequestsWaiting) this.#late.delete(key)
    return given
  }

  /** Whether the link owes pieces and has sent nothing for `tuning.stallMs`. */
  get stalled(): boolean {
    const owed = [...this.#asked.values()].filter((asked) => !asked.arrived)
    if (owed.length === 0) return false
    const since = Math.max(this.#lastPieceMs, Math.min(...owed.map((asked) => asked.askedAtMs)))
    return this.#scheduler.nowMs() - since >= tuning.stallMs
  }

  /** Leaves the link alone for a while; longer each time until a piece comes. */
  rest(): void {
    this.#restUntilMs = this.#scheduler.nowMs() + this.#restMs
    this.#restMs = Math.min(this.#restMs * 2, tuning.longestRestMs)
  }
}
