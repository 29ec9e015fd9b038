/** A stream of numbers in [0, 1) that a text determines: faces and stand-in covers look the same on every device. */
export function seeded(text: string): () => number {
  // FNV-1a spreads the text over 32 bits; mulberry32 draws from there. Neither is for secrets.
  let state = 0x811c9dc5
  for (const char of text) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of `choices`, drawn evenly. The list must not be empty. */
export const pick = <T>(next: () => number, choices: readonly [T, ...T[]]): T =>
  choices[Math.floor(next() * choices.length)] ?? choices[0]
