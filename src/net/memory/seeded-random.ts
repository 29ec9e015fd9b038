import type { Random } from '../../domain/scheduler.ts'

/**
 * Seeded randomness in [0, 1): sfc32 (Chris Doty-Humphrey's "Small Fast Counting", PractRand), 128 bits of state.
 * Equal seeds give equal sequences on every machine. Not for secrets.
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9
  let b = seed | 0
  let c = Math.floor(seed / 2 ** 32) | 0
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  // Neighbouring seeds share most of their bits: let the state mix before the first number is used.
  for (let i = 0; i < 15; i++) next()
  return next
}

/** An independent generator for one named part, so that one part's use of randomness does not change another's. */
export const forkRandom = (random: Random): Random => seededRandom(Math.floor(random() * 2 ** 52))

/** Exponentially distributed, mean `mean`: how queueing delay is spread on a path with other people's traffic. */
export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random())

/** A random element; undefined when there is none. */
export const pick = <T>(random: Random, items: readonly T[]): T | undefined =>
  items[Math.floor(random() * items.length)]
