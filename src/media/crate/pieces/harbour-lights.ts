import { hertz, seeded, SoundCanvas } from '../canvas.ts'
import { lowPass, master, reverb } from '../effects.ts'
import { bass, electricPiano, kick, noiseHit } from '../instruments.ts'
import type { Piece } from '../piece.ts'

const BEAT = 60 / 76
const BARS = 28
/** Two bars each: Fmaj9, Em7, Dm9, G13 – and a turn through A minor. */
const CHORDS = [
  { root: 41, notes: [57, 60, 64, 67] },
  { root: 40, notes: [55, 59, 62, 66] },
  { root: 38, notes: [53, 57, 60, 64] },
  { root: 43, notes: [53, 57, 59, 64] },
  { root: 41, notes: [57, 60, 64, 69] },
  { root: 45, notes: [55, 60, 64, 67] },
]
const MELODY = [76, 74, 72, 69, 72, 74, 67, 69, 76, 79, 77, 76, 74, 72, 74, 69]

/** Late-evening piano over a lazy beat. */
export const harbourLights: Piece = {
  file: 'harbour-lights',
  title: 'Harbour Lights',
  colours: ['#16213e', '#e8985e', '#f4d9a0'],
  render() {
    const random = seeded(7_601)
    const length = BARS * 4 * BEAT + 4
    const keys = new SoundCanvas(length)
    const drums = new SoundCanvas(length)
    const low = new SoundCanvas(length)
    for (let bar = 0; bar < BARS; bar++) {
      const chord = CHORDS[bar % CHORDS.length]!
      const start = bar * 4 * BEAT
      for (const beat of bar % 2 === 0 ? [0, 2.5] : [0, 1.5, 3])
        for (const [i, note] of chord.notes.entries())
          keys.paint(
            start + beat * BEAT + i * 0.018 + random() * 0.01,
            electricPiano(hertz(note), BEAT * 1.3, 0.45 + random() * 0.2),
            0.16,
            i * 0.25 - 0.4,
          )
      if (bar >= 4) melody(bar, start)
      for (const [beat, held, step] of [
        [0, 1.2, 0],
        [1.75, 0.5, 0],
        [2.5, 0.9, 7],
      ] as const)
        low.paint(start + beat * BEAT, bass(hertz(chord.root + (step === 7 && bar % 2 ? 7 : 0)), held * BEAT), 0.42)
      if (bar >= 2 && bar < BARS - 2) beat(start, bar)
    }
    const room = new SoundCanvas(length)
    room.mix(keys, 1)
    room.mix(drums, 0.25)
    reverb(room, 0.82, 0.35)
    lowPass(keys, () => 3_400)
    keys.mix(low, 1)
    keys.mix(drums, 1)
    keys.mix(room, 0.55)
    for (let i = 0; i < keys.frames; i++) {
      const crackle = random() < 0.00012 ? (random() - 0.5) * 0.12 : 0
      keys.left[i]! += crackle + (random() - 0.5) * 0.0015
      keys.right[i]! += crackle * 0.6 + (random() - 0.5) * 0.0015
    }
    master(keys, 1.15, 5)
    return keys

    function melody(bar: number, start: number): void {
      if (bar % 4 === 3) return
      for (let i = 0; i < 3; i++) {
        if (random() < 0.22) continue
        const note = MELODY[(bar * 3 + i * 5) % MELODY.length]!
        const beatAt = [0.5, 1.66, 3][i]!
        keys.paint(start + beatAt * BEAT + random() * 0.02, electricPiano(hertz(note), BEAT * 0.9, 0.62), 0.2, 0.25)
      }
    }

    function beat(start: number, bar: number): void {
      const swing = 0.16
      for (const at of bar % 2 ? [0, 2.25 + swing / 2] : [0, 0.75, 2.5]) drums.paint(start + at * BEAT, kick(0.8), 0.62)
      for (const at of [1, 3]) drums.paint(start + at * BEAT + 0.012, noiseHit(0.24, random, 0.16, 190), 0.24, 0.08)
      for (let eighth = 0; eighth < 8; eighth++) {
        const late = eighth % 2 ? swing * BEAT : 0
        drums.paint(
          start + (eighth / 2) * BEAT + late,
          noiseHit(0.05 + random() * 0.03, random, 0.75),
          eighth % 2 ? 0.06 : 0.1,
          -0.3,
        )
      }
    }
  },
}
