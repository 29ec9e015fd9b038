/** Chunks handed over within this time of a moment tell which frame sounded then: two crystals part by 0.1 ms meanwhile. */
const NEAR_MS = 2_000

/** When so many frames had been recorded. */
export interface Anchor {
  readonly wallMs: number
  readonly frames: number
}

/** Frame that sounded at `wallMs`, by the least delayed of the chunks around it. @throws RangeError when nothing was recorded then. */
export function frameAt(anchors: readonly Anchor[], wallMs: number, rate: number): number {
  const near = anchors.filter((anchor) => Math.abs(anchor.wallMs - wallMs) < NEAR_MS)
  if (near.length === 0) throw new RangeError('nothing was recorded at that time')
  const startMs = Math.min(...near.map((anchor) => anchor.wallMs - (anchor.frames * 1000) / rate))
  return Math.round(((wallMs - startMs) * rate) / 1000)
}
