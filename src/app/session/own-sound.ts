import { Listeners } from '../../domain/listeners.ts'
import { limits } from '../../domain/limits.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { AudioOutput, AudioOutputs } from '../../platform/audio-output.ts'
import type { Player } from '../../player/player.ts'
import type { OwnSoundView } from '../room-view.ts'
import type { SoundSettings } from '../settings.ts'

interface OwnSoundOptions {
  readonly player: Player
  readonly outputs: AudioOutputs
  readonly settings: SoundSettings
  readonly save: (settings: SoundSettings) => Promise<void>
  /** Something went wrong that stops nothing. */
  readonly onProblem: (problem: unknown) => void
}

/** Stands for every output where the browser does not tell them apart. */
const THIS_DEVICE = ''

/** What only this person hears: volume, mute, and the offset of whichever output is in use. */
export class OwnSound {
  readonly #options: OwnSoundOptions
  readonly #listeners = new Listeners<[]>()
  readonly #stopListening: Unsubscribe
  #settings: SoundSettings
  #output: AudioOutput | null = null
  #looks = 0
  #changes = 0
  #tuning = false
  #closed = false
  #away = false

  constructor(options: OwnSoundOptions) {
    this.#options = options
    this.#settings = options.settings
    const { player, outputs, settings } = options
    player.setVolume(settings.volume)
    player.setMuted(settings.muted)
    player.setOffset(this.#offsetMs)
    this.#stopListening = outputs.onChange(() => this.#look((found) => this.#goOver(found)))
    this.#look((found) => this.#adopt(found))
  }

  get view(): OwnSoundView {
    const { volume, muted } = this.#settings
    const output = { label: this.#output?.label ?? null, changes: this.#changes }
    return { volume, muted, offsetMs: this.#offsetMs, output, tuning: this.#tuning }
  }

  /** 0 to 1. */
  setVolume(volume: number): void {
    this.#options.player.setVolume(volume)
    this.#change({ volume })
  }

  setMuted(muted: boolean): void {
    this.#options.player.setMuted(muted || this.#away)
    this.#change({ muted })
  }

  /** Silent here for a while, whatever is set. */
  setAway(away: boolean): void {
    this.#away = away
    this.#options.player.setMuted(away || this.#settings.muted)
  }

  /** How late the output in use is, ms; brought within ±`limits.offsetMs`. */
  setOffset(offsetMs: number): void {
    const bounded = Math.min(limits.offsetMs, Math.max(-limits.offsetMs, offsetMs))
    const output = this.#output?.key ?? THIS_DEVICE
    const others = this.#settings.offsets.filter((known) => known.output !== output)
    this.#options.player.setOffset(bounded)
    this.#change({ offsets: [{ output, offsetMs: bounded }, ...others].slice(0, limits.outputs) })
  }

  /** Whether this device clicks, so that its offset can be found by ear. */
  tune(on: boolean): void {
    this.#tuning = on
    this.#options.player.setClicks(on)
    this.#listeners.tell()
  }

  onChange(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  close(): void {
    this.#closed = true
    this.#stopListening()
    this.#listeners.clear()
  }

  get #offsetMs(): number {
    const output = this.#output?.key ?? THIS_DEVICE
    return this.#settings.offsets.find((known) => known.output === output)?.offsetMs ?? 0
  }

  #look(then: (found: AudioOutput | null) => void): void {
    const look = ++this.#looks
    this.#options.outputs.current().then((found) => {
      if (look === this.#looks && !this.#closed) then(found)
    }, this.#options.onProblem)
  }

  #goOver(found: AudioOutput | null): void {
    if (found?.key === this.#output?.key) return
    // Told apart for the first time, it need not be another one.
    if (this.#output !== null) this.#changes++
    this.#options.player.outputChanged()
    this.#adopt(found)
  }

  #adopt(output: AudioOutput | null): void {
    this.#output = output
    this.#options.player.setOffset(this.#offsetMs)
    this.#listeners.tell()
  }

  #change(change: Partial<SoundSettings>): void {
    this.#settings = { ...this.#settings, ...change }
    this.#options.save(this.#settings).catch(this.#options.onProblem)
    this.#listeners.tell()
  }
}
