/** A rate limit that allows bursts: holds up to `burst` tokens and gains `perSecond` of them each second. */
export interface TokenBucket {
  /** Takes `count` tokens and returns true; takes none and returns false when there are fewer. */
  take(count: number): boolean
}

/** `nowMs` is a monotonic clock. */
export function createTokenBucket(perSecond: number, burst: number, nowMs: () => number): TokenBucket {
  let tokens = burst
  let filledAtMs = nowMs()
  return {
    take(count) {
      const now = nowMs()
      tokens = Math.min(burst, tokens + ((now - filledAtMs) / 1000) * perSecond)
      filledAtMs = now
      if (tokens < count) return false
      tokens -= count
      return true
    },
  }
}
