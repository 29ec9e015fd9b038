import { RATE, type SoundCanvas } from './canvas.ts'

/** Schroeder reverberation with damped combs (after the freely published Freeverb tunings), in place on a send canvas. */
export function reverb(canvas: SoundCanvas, size: number, damping: number): void {
  const tunings = [1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617]
  for (const [channel, spread] of [
    [canvas.left, 0],
    [canvas.right, 23],
  ] as const) {
    const wet = new Float32Array(channel.length)
    for (const tuning of tunings) comb(channel, wet, Math.round((tuning + spread) * (RATE / 44_100)), size, damping)
    for (const tuning of [556, 441, 341, 225]) allPass(wet, Math.round((tuning + spread) * (RATE / 44_100)))
    channel.set(wet)
  }
}

function comb(dry: Float32Array, wet: Float32Array, delay: number, feedback: number, damping: number): void {
  const line = new Float32Array(delay)
  let damped = 0
  for (let i = 0, at = 0; i < dry.length; i++, at = (at + 1) % delay) {
    const out = line[at]!
    damped = out * (1 - damping) + damped * damping
    line[at] = dry[i]! * 0.03 + damped * feedback
    wet[i]! += out
  }
}

function allPass(samples: Float32Array, delay: number): void {
  const line = new Float32Array(delay)
  for (let i = 0, at = 0; i < samples.length; i++, at = (at + 1) % delay) {
    const held = line[at]!
    line[at] = samples[i]! + held * 0.5
    samples[i] = held - samples[i]!
  }
}

/** Echo that wanders from side to side. */
export function pingPong(canvas: SoundCanvas, seconds: number, feedback: number): void {
  const delay = Math.round(seconds * RATE)
  for (let i = delay; i < canvas.frames; i++) {
    canvas.left[i]! += canvas.right[i - delay]! * feedback
    canvas.right[i]! += canvas.left[i - delay]! * feedback
  }
}

/** One-pole low-pass whose corner may move; Hz. */
export function lowPass(canvas: SoundCanvas, cornerAt: (seconds: number) => number): void {
  for (const channel of [canvas.left, canvas.right]) {
    let first = 0
    let second = 0
    for (let i = 0; i < channel.length; i++) {
      const amount = 1 - Math.exp((-2 * Math.PI * cornerAt(i / RATE)) / RATE)
      first += (channel[i]! - first) * amount
      second += (first - second) * amount
      channel[i] = second
    }
  }
}

/** Soft saturation, then the loudest sample at -1 dBFS, with short fades at both ends. */
export function master(canvas: SoundCanvas, drive: number, fadeOutSeconds: number): void {
  let peak = 0
  for (const channel of [canvas.left, canvas.right])
    for (let i = 0; i < channel.length; i++) {
      channel[i] = Math.tanh(channel[i]! * drive)
      peak = Math.max(peak, Math.abs(channel[i]!))
    }
  const gain = peak > 0 ? 0.89 / peak : 1
  const length = canvas.frames / RATE
  canvas.shape((t) => gain * Math.min(1, t * 30) * Math.min(1, Math.max(0, (length - t) / fadeOutSeconds)) ** 1.5)
}
