import type { Scheduler } from '../../src/domain/scheduler.ts'
import { TokenBucket } from '../../src/domain/token-bucket.ts'

const DAY_S = 24 * 3_600
/** Addresses that are remembered: the one that came longest ago is forgotten first. */
const REMEMBERED = 10_000

/** What each address may still take of something today. In memory only: addresses are never written down. */
export function createDailyAllowance(
  scheduler: Pick<Scheduler, 'nowMs'>,
  perDay: number,
): (address: string) => TokenBucket {
  const buckets = new Map<string, TokenBucket>()
  return (address) => {
    const bucket = buckets.get(address) ?? new TokenBucket(scheduler, perDay / DAY_S, perDay)
    buckets.delete(address)
    buckets.set(address, bucket)
    const oldest = buckets.keys().next().value
    if (buckets.size > REMEMBERED && oldest !== undefined) buckets.delete(oldest)
    return bucket
  }
}
