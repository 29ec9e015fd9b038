import { hertz, seeded, SoundCanvas } from '../canvas.ts'
import { lowPass, master, pingPong, reverb } from '../effects.ts'
import { bell, pad } from '../instruments.ts'
import type { Piece } from '../piece.ts'

const LENGTH = 96
const CHORD_SECONDS = 8
/** D lydian, slowly turning. */
const CHORDS = [
  [38, 57, 62, 66, 68],
  [43, 55, 62, 66, 69],
  [35, 54, 59, 62, 69],
  [40, 56, 59, 64, 68],
]
const SCALE = [62, 64, 66, 69, 71, 74, 76, 78, 81]

/** Bells over slow pads; no beat at all. */
export const glassGarden: Piece = {
  file: 'glass-garden',
  title: 'Glass Garden',
  colours: ['#0f3d3e', '#8fd6b8', '#f1f7d0'],
  render() {
    const random = seeded(96)
    const pads = new SoundCanvas(LENGTH)
    const bells = new SoundCanvas(LENGTH)
    for (let start = 0, i = 0; start < LENGTH - CHORD_SECONDS; start += CHORD_SECONDS, i++)
      for (const [n, note] of CHORDS[i % CHORDS.length]!.entries())
        pads.paint(start, pad(hertz(note), CHORD_SECONDS, 0.8), n === 0 ? 0.16 : 0.085, (n - 2) * 0.35)
    let step = 4
    for (let at = 3; at < LENGTH - 8;) {
      step = Math.max(0, Math.min(SCALE.length - 1, step + Math.round((random() - 0.5) * 5)))
      bells.paint(at, bell(hertz(SCALE[step]!), 3.5), 0.11 + random() * 0.05, random() * 1.4 - 0.7)
      if (random() < 0.3) bells.paint(at + 0.16, bell(hertz(SCALE[step]! - 12), 3.5), 0.07, random() * 1.4 - 0.7)
      at += [0.5, 0.75, 1, 1.5, 2.25][Math.floor(random() * 5)]!
    }
    pingPong(bells, 0.75, 0.42)
    const hall = new SoundCanvas(LENGTH)
    hall.mix(bells, 1)
    hall.mix(pads, 0.6)
    reverb(hall, 0.93, 0.2)
    lowPass(pads, (t) => 1_100 + 700 * Math.sin(t / 7))
    pads.mix(bells, 0.8)
    pads.mix(hall, 0.8)
    for (let i = 0; i < pads.frames; i++) {
      const air = (random() - 0.5) * 0.0012
      pads.left[i]! += air
      pads.right[i]! += (random() - 0.5) * 0.0012
    }
    master(pads, 1, 8)
    return pads
  },
}
