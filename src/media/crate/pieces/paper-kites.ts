import { hertz, seeded, SoundCanvas } from '../canvas.ts'
import { master, reverb } from '../effects.ts'
import { bass, kick, noiseHit, pluck } from '../instruments.ts'
import type { Piece } from '../piece.ts'

const BEAT = 60 / 132
const BARS = 44
/** Gmaj7, E7, Am9, D9; then Cmaj7, Cm6, Bm7, E7: a small bossa nova. */
const CHORDS = [
  [43, 59, 62, 66, 71],
  [40, 56, 62, 64, 68],
  [45, 59, 60, 64, 67],
  [38, 60, 64, 66, 69],
  [48, 59, 64, 67, 71],
  [48, 57, 63, 67, 72],
  [47, 57, 62, 66, 69],
  [40, 56, 62, 65, 68],
]
const COMPING = [0, 1.5, 2, 3.5]
const TUNE = [74, 71, 78, 76, 74, 79, 78, 74, 71, 69, 72, 74, 76, 74, 71, 67]

/** Nylon strings on a windy day. */
export const paperKites: Piece = {
  file: 'paper-kites',
  title: 'Paper Kites',
  colours: ['#274690', '#f5b82e', '#fff3d6'],
  render() {
    const random = seeded(132)
    const length = BARS * 4 * BEAT + 4
    const strings = new SoundCanvas(length)
    const rhythm = new SoundCanvas(length)
    for (let bar = 0; bar < BARS; bar++) {
      const start = bar * 4 * BEAT
      const [root, ...notes] = CHORDS[bar % CHORDS.length]!
      for (const beat of COMPING)
        for (const [i, note] of notes.entries())
          strings.paint(
            start + beat * BEAT + i * 0.009 + random() * 0.006,
            pluck(hertz(note), BEAT * 1.6, random, 0.7),
            0.17,
            -0.35 + i * 0.1,
          )
      rhythm.paint(start, bass(hertz(root!), BEAT * 1.4, 0.25), 0.4)
      rhythm.paint(start + 1.5 * BEAT, bass(hertz(root! + 7), BEAT * 0.4, 0.25), 0.26)
      rhythm.paint(start + 2 * BEAT, bass(hertz(root! + 7), BEAT * 1.4, 0.25), 0.36)
      if (bar >= 4 && bar % 8 !== 7) tune(bar, start)
      if (bar >= 2 && bar < BARS - 1) percussion(start, bar)
    }
    const room = new SoundCanvas(length)
    room.mix(strings, 1)
    room.mix(rhythm, 0.15)
    reverb(room, 0.78, 0.4)
    strings.mix(rhythm, 1)
    strings.mix(room, 0.4)
    master(strings, 1.2, 4)
    return strings

    function tune(bar: number, start: number): void {
      for (const [i, beat] of [0, 1, 1.5, 3].entries()) {
        if (random() < 0.25) continue
        const note = TUNE[(bar * 2 + i) % TUNE.length]!
        strings.paint(start + beat * BEAT, pluck(hertz(note), BEAT * 2.4, random, 0.35), 0.34, 0.3)
      }
    }

    function percussion(start: number, bar: number): void {
      for (let eighth = 0; eighth < 8; eighth++)
        rhythm.paint(
          start + (eighth * BEAT) / 2 + random() * 0.004,
          noiseHit(0.07, random, 0.7),
          eighth % 2 ? 0.07 : 0.11,
          0.35,
        )
      const clave = bar % 2 ? [1, 2] : [0, 1.5, 3]
      for (const at of clave) rhythm.paint(start + at * BEAT, noiseHit(0.09, random, 0.5, 820), 0.13, -0.4)
      rhythm.paint(start, kick(0.6), 0.35)
      rhythm.paint(start + 2 * BEAT, kick(0.6), 0.28)
    }
  },
}
