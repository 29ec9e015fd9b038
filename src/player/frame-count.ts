/**
 * Counts the frames of a context block by block. `currentFrame` alone is not enough: Chromium notes it under the lock of the audio graph and does
 * not wait for that, so while the page's thread stands still inside the lock, whole requests of the device are rendered with the same frame.
 */
export class FrameCount {
  #next = 0

  /** The first frame of a block of `frames`, which the browser says begins at `toldFrame`: it tells too little at times, and never too much. */
  begin(toldFrame: number, frames: number): number {
    const frame = Math.max(toldFrame, this.#next)
    this.#next = frame + frames
    return frame
  }
}
