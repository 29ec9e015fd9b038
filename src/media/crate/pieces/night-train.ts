import { hertz, seeded, SoundCanvas } from '../canvas.ts'
import { lowPass, master, pingPong, reverb } from '../effects.ts'
import { bass, kick, noiseHit, pad, pulse } from '../instruments.ts'
import type { Piece } from '../piece.ts'

const BEAT = 60 / 112
const BARS = 44
/** Am, F, C, G with a lift to Em in every second round. */
const CHORDS = [
  [45, [57, 60, 64, 69, 72]],
  [41, [57, 60, 65, 69, 72]],
  [48, [55, 60, 64, 67, 72]],
  [43, [55, 59, 62, 67, 71]],
  [45, [57, 60, 64, 69, 76]],
  [41, [57, 60, 65, 69, 77]],
  [40, [55, 59, 64, 67, 71]],
  [43, [55, 59, 62, 67, 74]],
] as const
const PATTERN = [0, 2, 4, 1, 3, 2, 4, 3, 0, 3, 4, 2, 1, 4, 3, 2]

/** An arpeggio that leaves the city and opens up on the way. */
export const nightTrain: Piece = {
  file: 'night-train-north',
  title: 'Night Train North',
  colours: ['#1b1035', '#c6426e', '#5ec8f2'],
  render() {
    const random = seeded(112)
    const length = BARS * 4 * BEAT + 4
    const arpeggio = new SoundCanvas(length)
    const pads = new SoundCanvas(length)
    const low = new SoundCanvas(length)
    const drums = new SoundCanvas(length)
    const kicks: number[] = []
    for (let bar = 0; bar < BARS; bar++) {
      const start = bar * 4 * BEAT
      const [root, notes] = CHORDS[bar % CHORDS.length]!
      const open = Math.min(1, bar / 20) * (bar > BARS - 6 ? 0.5 : 1)
      for (let step = 0; step < 16; step++) {
        const note = notes[PATTERN[(step + (bar % 2) * 3) % 16]!]!
        const accent = step % 4 === 0 ? 1 : 0.72
        arpeggio.paint(
          start + (step * BEAT) / 4,
          pulse(hertz(note), BEAT * 0.2, 0.25 + open * 0.75),
          0.2 * accent,
          Math.sin(step + bar) * 0.5,
        )
      }
      if (bar % 2 === 0)
        for (const note of notes.slice(0, 3))
          pads.paint(start, pad(hertz(note), BEAT * 8, 0.5 + open), 0.075, (note % 5) / 4 - 0.5)
      if (bar >= 4)
        for (let eighth = 0; eighth < 8; eighth++)
          low.paint(
            start + (eighth * BEAT) / 2,
            bass(hertz(root - 12 + (eighth % 4 === 3 ? 12 : 0)), BEAT * 0.38, 0.7),
            0.3,
          )
      if (bar >= 8 && bar < BARS - 4)
        for (let beat = 0; beat < 4; beat++) {
          kicks.push(start + beat * BEAT)
          drums.paint(start + beat * BEAT, kick(1.1), 0.7)
          drums.paint(start + (beat + 0.5) * BEAT, noiseHit(0.06, random, 0.8), 0.13, 0.2)
          if (bar >= 12 && beat % 2 === 1) drums.paint(start + beat * BEAT, noiseHit(0.22, random, 0.3, 180), 0.26)
        }
    }
    pingPong(arpeggio, BEAT * 0.75, 0.34)
    let last = 0
    const duck = (t: number): number => {
      while (last + 1 < kicks.length && kicks[last + 1]! <= t) last++
      const since = kicks.length && kicks[last]! <= t ? t - kicks[last]! : 9
      return 1 - 0.55 * Math.exp(-since * 9)
    }
    pads.shape(duck)
    last = 0
    low.shape(duck)
    const hall = new SoundCanvas(length)
    hall.mix(arpeggio, 0.5)
    hall.mix(pads, 1)
    reverb(hall, 0.86, 0.25)
    lowPass(pads, (t) => 900 + 1_800 * Math.min(1, t / 50))
    for (const [layer, gain] of [
      [pads, 1],
      [low, 1],
      [drums, 1],
      [hall, 0.5],
    ] as const)
      arpeggio.mix(layer, gain)
    master(arpeggio, 1.1, 6)
    return arpeggio
  },
}
