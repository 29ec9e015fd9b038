import type { BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Scheduler } from '../domain/scheduler.ts'
import type { Channel, Link } from '../net/link.ts'
import { LinkDownloads } from './downloads.ts'
import type { RateMeter } from './rate.ts'
import { TokenBucket } from '../domain/token-bucket.ts'
import { LinkUploads, type Answer } from './uploads.ts'
import { encodeMessage, type MediaMessage } from './wire.ts'

/** One link as the swarm sees it. */
export class SwarmPeer {
  readonly link: Link
  readonly channel: Channel
  readonly downloads: LinkDownloads
  readonly uploads: LinkUploads
  readonly bucket: TokenBucket
  /** What they are after: told when we get more of it. */
  wants: ReadonlySet<BlobId> = new Set()
  /** Pieces they hold of what we are after, one byte each. */
  readonly has = new Map<BlobId, Uint8Array>()
  /** Blobs of which they sent something corrupt: not asked again. */
  readonly banned = new Set<BlobId>()
  /** Blobs whose `have` must go out again. */
  readonly stale = new Set<BlobId>()
  /** Pieces given of each blob, against peers that ask for the same again and again. */
  readonly given = new Map<BlobId, number>()

  constructor(link: Link, scheduler: Scheduler, answer: Answer, outMeter: RateMeter) {
    this.link = link
    this.channel = link.channel('media')
    this.downloads = new LinkDownloads(scheduler)
    this.uploads = new LinkUploads(this.channel, answer, (bytes) => outMeter.add(bytes))
    this.bucket = new TokenBucket(scheduler, limits.mediaMessagesPerSecond, limits.mediaMessagesPerSecond)
  }

  send(message: MediaMessage): boolean {
    return this.channel.send(encodeMessage(message))
  }

  /** Whether this link can bring a piece of the blob, as far as it said. */
  holds(id: BlobId, piece: number): boolean {
    return this.has.get(id)?.[piece] === 1 && !this.banned.has(id)
  }
}
