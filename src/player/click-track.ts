import type { RoomMap } from './messages.ts'

/** Seconds of room time sound in turns high and low: two devices that are a whole second apart do not pass for one. */
const HIGH_HZ = 2_400
const LOW_HZ = 1_600
const PERIOD_MS = 1_000
/** A click dies away to 1/e in this time: short, so that two clicks 2 ms apart are no longer one. */
const DECAY_MS = 2
const LENGTH_MS = 20
const LEVEL = 0.5
/** What is left of the music meanwhile, and how long it takes to get there. */
const DUCKED_GAIN = 0.06
const DUCK_MS = 150

/** A click on every second of room time, over music that keeps back: what two people tune their loudspeakers by. */
export class ClickTrack {
  on = false
  #gain = 1

  /** Turns down what is in `left` and `right`, and adds the clicks; `map` is null while nobody knows when a frame is heard. */
  render(map: RoomMap | null, frame: number, left: Float32Array, right: Float32Array): void {
    const wanted = this.on ? DUCKED_GAIN : 1
    if (this.#gain !== wanted && map !== null)
      this.#fade(wanted, (1 - DUCKED_GAIN) * (map.msPerFrame / DUCK_MS), left, right)
    else if (wanted !== 1) for (let i = 0; i < left.length; i++) this.#scale(i, left, right)
    if (this.on && map !== null) addClicks(map, frame, left, right)
  }

  #fade(wanted: number, step: number, left: Float32Array, right: Float32Array): void {
    for (let i = 0; i < left.length; i++) {
      this.#gain = wanted < this.#gain ? Math.max(wanted, this.#gain - step) : Math.min(wanted, this.#gain + step)
      this.#scale(i, left, right)
    }
  }

  #scale(i: number, left: Float32Array, right: Float32Array): void {
    left[i] = left[i]! * this.#gain
    right[i] = right[i]! * this.#gain
  }
}

function addClicks(map: RoomMap, frame: number, left: Float32Array, right: Float32Array): void {
  for (let i = 0; i < left.length; i++) {
    const roomMs = map.roomMs + (frame + i - map.frame) * map.msPerFrame
    const second = Math.floor(roomMs / PERIOD_MS)
    const sinceMs = roomMs - second * PERIOD_MS
    if (sinceMs > LENGTH_MS) continue
    const hz = second % 2 === 0 ? HIGH_HZ : LOW_HZ
    const value = LEVEL * Math.exp(-sinceMs / DECAY_MS) * Math.sin((2 * Math.PI * hz * sinceMs) / 1000)
    left[i] = left[i]! + value
    right[i] = right[i]! + value
  }
}
