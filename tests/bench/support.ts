export const RATE = 48_000

/** Band-limited noise that can be read between its frames: a sum of tones with the phases of a seed. */
export function noise(seed: number): (frame: number) => number {
  let state = seed
  const random = (): number => (state = (state * 16_807 + 11) % 2_147_483_647) / 2_147_483_647
  const tones = Array.from(
    { length: 60 },
    () => [2 * Math.PI * (100 + 7_900 * random()), 2 * Math.PI * random()] as const,
  )
  return (frame) => 0.05 * tones.reduce((sum, [pulse, phase]) => sum + Math.sin((pulse * frame) / RATE + phase), 0)
}

/** `seconds` of a signal. */
export const sampled = (signal: (frame: number) => number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * RATE) }, (_, frame) => signal(frame))
