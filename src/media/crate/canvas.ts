/** Sampling rate of everything in the crate, Hz. */
export const RATE = 48_000

/** A stereo stretch of sound that instruments paint onto; times in seconds. */
export class SoundCanvas {
  readonly left: Float32Array
  readonly right: Float32Array

  constructor(seconds: number) {
    const frames = Math.ceil(seconds * RATE)
    this.left = new Float32Array(frames)
    this.right = new Float32Array(frames)
  }

  get frames(): number {
    return this.left.length
  }

  /** Adds a mono voice at `atSeconds`; `pan` from -1 (left) to 1 (right), equal power. */
  paint(atSeconds: number, voice: Float32Array, gain: number, pan = 0): void {
    const start = Math.round(atSeconds * RATE)
    const angle = ((pan + 1) * Math.PI) / 4
    const leftGain = gain * Math.cos(angle)
    const rightGain = gain * Math.sin(angle)
    const end = Math.min(voice.length, this.frames - start)
    for (let i = Math.max(0, -start); i < end; i++) {
      this.left[start + i]! += voice[i]! * leftGain
      this.right[start + i]! += voice[i]! * rightGain
    }
  }

  /** Adds another canvas of the same length. */
  mix(other: SoundCanvas, gain: number): void {
    for (let i = 0; i < this.frames; i++) {
      this.left[i]! += other.left[i]! * gain
      this.right[i]! += other.right[i]! * gain
    }
  }

  /** Multiplies by a gain that changes over time. */
  shape(gainAt: (seconds: number) => number): void {
    for (let i = 0; i < this.frames; i++) {
      const gain = gainAt(i / RATE)
      this.left[i]! *= gain
      this.right[i]! *= gain
    }
  }
}

/** Equal-tempered frequency in Hz of a MIDI note number (69 = A4 = 440 Hz). */
export const hertz = (midi: number): number => 440 * 2 ** ((midi - 69) / 12)

/** Seeded random numbers in [0, 1) (mulberry32, public domain, T. Ettinger), so that a piece is the same at each rendering. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
