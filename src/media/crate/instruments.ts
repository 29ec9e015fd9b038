import { RATE } from './canvas.ts'

/** Attack, decay, sustain level, release; seconds and 0 to 1. */
type Envelope = readonly [attack: number, decay: number, sustain: number, release: number]

const voice = (seconds: number, sample: (t: number, i: number) => number): Float32Array => {
  const out = new Float32Array(Math.ceil(seconds * RATE))
  for (let i = 0; i < out.length; i++) out[i] = sample(i / RATE, i)
  return out
}

function level([attack, decay, sustain, release]: Envelope, t: number, held: number): number {
  const body = t < attack ? t / attack : sustain + (1 - sustain) * Math.exp(-(t - attack) / decay)
  return t < held ? body : body * Math.exp((-4 * (t - held)) / release)
}

/** Two-operator FM electric piano: a soft fundamental with a bark that dies first. */
export function electricPiano(hz: number, held: number, touch = 0.7): Float32Array {
  const envelope: Envelope = [0.004, 1.4, 0.05, 0.5]
  return voice(held + 0.6, (t) => {
    const bark = touch * 1.6 * Math.exp(-t * 5)
    const tine = 0.12 * touch * Math.exp(-t * 9) * Math.sin(2 * Math.PI * hz * 7.01 * t)
    const body = Math.sin(2 * Math.PI * hz * t + bark * Math.sin(2 * Math.PI * hz * t))
    return (body + tine) * level(envelope, t, held) * touch * Math.min(1, (held + 0.6 - t) * 20)
  })
}

/** FM bell with an inharmonic partial. */
export const bell = (hz: number, seconds: number): Float32Array =>
  voice(seconds, (t) => {
    const index = 1.1 * Math.exp(-t * 3)
    const tone = Math.sin(2 * Math.PI * hz * t + index * Math.sin(2 * Math.PI * hz * 3.51 * t))
    return tone * Math.exp((-3.2 * t) / seconds) * Math.min(1, t * 400) * Math.min(1, (seconds - t) * 8)
  })

/** Warm pad: three detuned band-limited saws through a slow low-pass. */
export function pad(hz: number, held: number, brightness = 1): Float32Array {
  const harmonics = Math.max(2, Math.min(14, Math.floor((2600 * brightness) / hz)))
  const detunes = [-0.0031, 0, 0.0034]
  const envelope: Envelope = [Math.min(1.6, held / 3), 3, 0.75, 2.4]
  return voice(held + 2.4, (t) => {
    let sum = 0
    for (const [d, detune] of detunes.entries()) {
      const phase = 2 * Math.PI * hz * (1 + detune) * t + d
      for (let h = 1; h <= harmonics; h++) sum += Math.sin(phase * h) / (h * (1 + h * 0.12))
    }
    return (sum / 3) * level(envelope, t, held) * Math.min(1, (held + 2.4 - t) * 4)
  })
}

/** Round bass: a sine with two harmonics that close quickly. */
export const bass = (hz: number, held: number, growl = 0.4): Float32Array =>
  voice(held + 0.12, (t) => {
    const open = growl * Math.exp(-t * 6)
    const phase = 2 * Math.PI * hz * t
    const tone = Math.sin(phase) + open * Math.sin(2 * phase) + open * 0.6 * Math.sin(3 * phase)
    return tone * level([0.006, 0.7, 0.6, 0.12], t, held) * Math.min(1, (held + 0.12 - t) * 60)
  })

/** Arpeggio voice: a narrow pulse whose harmonics close as it decays. */
export const pulse = (hz: number, held: number, brightness: number): Float32Array => {
  const harmonics = Math.max(3, Math.min(24, Math.floor(9000 / hz)))
  return voice(held + 0.2, (t) => {
    const open = brightness * Math.exp(-t * 7)
    let sum = 0
    for (let h = 1; h <= harmonics; h++) {
      const colour = Math.exp((-h * 0.34) / (0.12 + open))
      sum += (Math.sin(h * 1.1) / h) * colour * Math.sin(2 * Math.PI * hz * h * t)
    }
    return sum * level([0.003, 0.18, 0.25, 0.2], t, held) * Math.min(1, (held + 0.2 - t) * 50)
  })
}

/** Plucked string (Karplus and Strong 1983), with a fractional delay so that it is in tune. */
export function pluck(hz: number, seconds: number, random: () => number, softness = 0.5): Float32Array {
  const delay = RATE / hz - 0.5
  const length = Math.floor(delay)
  const fraction = delay - length
  const line = new Float32Array(length + 1)
  let smooth = 0
  for (let i = 0; i < line.length; i++) {
    smooth += (random() * 2 - 1 - smooth) * (1 - softness * 0.8)
    line[i] = smooth
  }
  let at = 0
  let last = 0
  return voice(seconds, (t) => {
    const next = (at + 1) % line.length
    const now = line[at]! * (1 - fraction) + line[next]! * fraction
    line[at] = (now + last) * 0.5 * 0.9965
    last = now
    at = next
    return now * Math.min(1, (seconds - t) * 12)
  })
}

export const kick = (depth = 1): Float32Array =>
  voice(0.38, (t) => {
    const phase = 2 * Math.PI * (46 * t + (95 * depth * (1 - Math.exp(-t * 38))) / 38)
    return Math.sin(phase) * Math.exp(-t * 9) * Math.min(1, t * 900) * Math.min(1, (0.38 - t) * 40)
  })

/** Noise with a one-pole high-pass: hats and shakers (`body` 0), snares and brushes (`body` > 0, its pitch in Hz). */
export function noiseHit(seconds: number, random: () => number, highPass: number, body = 0): Float32Array {
  let low = 0
  return voice(seconds, (t) => {
    const white = random() * 2 - 1
    low += (white - low) * highPass
    const tone = body === 0 ? 0 : Math.sin(2 * Math.PI * body * t) * Math.exp(-t * 26) * 0.8
    return (
      ((white - low) * Math.exp((-5.5 * t) / seconds) + tone) * Math.min(1, t * 2000) * Math.min(1, (seconds - t) * 200)
    )
  })
}
