/** What lock screens, notifications and headphones show of the music. */
export interface NowPlaying {
  readonly title: string
  readonly artist?: string
  readonly album?: string
  readonly artworkUrl?: string
  readonly durationMs: number
  readonly positionMs: number
  readonly playing: boolean
}

/** What their keys do; a key that is absent is not offered. */
export interface MediaKeys {
  readonly play?: () => void
  readonly pause?: () => void
  readonly next?: () => void
  readonly seekTo?: (positionMs: number) => void
  /** Forwards, or backwards when negative. */
  readonly seekBy?: (byMs: number) => void
  /** The system took the loudspeaker away (a call, another app), or gave it back: nobody pressed a key. */
  readonly interrupted?: (taken: boolean) => void
}

/** The system's media controls. */
export interface SystemMedia {
  /** Must be called from a tap: later the browser may refuse to begin. */
  wake(): void
  /** Null: nothing to control. */
  show(now: NowPlaying | null, keys: MediaKeys): void
  close(): void
}

const ACTIONS = ['play', 'pause', 'nexttrack', 'seekto', 'seekbackward', 'seekforward'] as const
type Action = (typeof ACTIONS)[number]

/** Of a seek key that does not say how far, ms. */
const SEEK_MS = 10_000
/** Browsers list media of five seconds and more only. */
const SILENCE_S = 6
const SILENCE_RATE = 8_000

/**
 * The browser's Media Session. It belongs to pages with a media element that plays: sound from Web Audio alone gets no controls
 * (w3c/mediasession issue 213; Safari only when the page declares its audio to be playback). So a silent element plays along; the
 * music does not pass through it, for that would cost latency and the room's beat. Its own silence goes nowhere either: an output of
 * its own would cost a quarter of all that playing costs.
 */
export class BrowserMediaSession implements SystemMedia {
  readonly #session: MediaSession
  readonly #silence: HTMLAudioElement
  readonly #silenceUrl: string
  /** Where the silence goes; null where it has an output of its own, or has not begun. */
  #nowhere: AudioContext | null = null
  #keys: MediaKeys = {}
  #offered = ''
  #described = ''
  /** Whether the silence should play: what the system does to it against this wish is an interruption. */
  #wanted = false

  constructor(session: MediaSession) {
    this.#session = session
    this.#silenceUrl = URL.createObjectURL(silentWave())
    this.#silence = new Audio(this.#silenceUrl)
    this.#silence.loop = true
    // Events come late: what counts is how things stand by then.
    const tell = (): void => {
      if (this.#silence.paused === this.#wanted) this.#keys.interrupted?.(this.#wanted)
    }
    this.#silence.addEventListener('pause', tell)
    this.#silence.addEventListener('play', tell)
  }

  wake(): void {
    declarePlayback()
    this.#nowhere ??= leadNowhere(this.#silence)
    this.#want(true)
  }

  show(now: NowPlaying | null, keys: MediaKeys): void {
    this.#keys = keys
    this.#offer(keys)
    this.#describe(now)
    this.#session.playbackState = now === null ? 'none' : now.playing ? 'playing' : 'paused'
    if (now !== null && now.durationMs > 0) {
      const duration = now.durationMs / 1_000
      this.#session.setPositionState({ duration, position: Math.max(0, Math.min(duration, now.positionMs / 1_000)) })
    }
    this.#want(now?.playing === true)
  }

  close(): void {
    this.show(null, {})
    this.#silence.removeAttribute('src')
    this.#silence.load()
    URL.revokeObjectURL(this.#silenceUrl)
    void this.#nowhere?.close()
  }

  #want(playing: boolean): void {
    this.#wanted = playing
    if (!playing) this.#silence.pause()
    // Refused without a tap: then there are no keys, and the music is as before.
    else if (this.#silence.paused) this.#silence.play().catch(() => {})
  }

  #offer(keys: MediaKeys): void {
    const offered = ACTIONS.filter((action) => isOffered(action, keys))
    if (offered.join() === this.#offered) return
    this.#offered = offered.join()
    for (const action of ACTIONS) {
      const handler = offered.includes(action)
        ? (details: MediaSessionActionDetails) => this.#act(action, details)
        : null
      try {
        this.#session.setActionHandler(action, handler)
      } catch (error) {
        // An action that this browser does not know: TypeError, by the specification.
        if (!(error instanceof TypeError)) throw error
      }
    }
  }

  #act(action: Action, { seekTime, seekOffset }: MediaSessionActionDetails): void {
    const { play, pause, next, seekTo, seekBy } = this.#keys
    const byMs = seekOffset === undefined ? SEEK_MS : seekOffset * 1_000
    if (action === 'play') play?.()
    else if (action === 'pause') pause?.()
    else if (action === 'nexttrack') next?.()
    else if (action === 'seekbackward') seekBy?.(-byMs)
    else if (action === 'seekforward') seekBy?.(byMs)
    else if (seekTime !== undefined) seekTo?.(seekTime * 1_000)
  }

  /** New metadata make notifications flicker: only when they differ. */
  #describe(now: NowPlaying | null): void {
    const described = JSON.stringify([now?.title, now?.artist, now?.album, now?.artworkUrl])
    if (described === this.#described) return
    this.#described = described
    this.#session.metadata =
      now === null
        ? null
        : new MediaMetadata({
            title: now.title,
            artist: now.artist ?? '',
            album: now.album ?? '',
            artwork: now.artworkUrl === undefined ? [] : [{ src: now.artworkUrl }],
          })
  }
}

const isOffered = (action: Action, { play, pause, next, seekTo, seekBy }: MediaKeys): boolean =>
  ({ play, pause, nexttrack: next, seekto: seekTo, seekbackward: seekBy, seekforward: seekBy })[action] !== undefined

/** The browser's controls; where it has none, nothing is shown and nothing is missed. */
export const openSystemMedia = (): SystemMedia =>
  'mediaSession' in navigator
    ? new BrowserMediaSession(navigator.mediaSession)
    : { wake: () => {}, show: () => {}, close: () => {} }

/**
 * Leads an element's sound into a context without a device that stands still: to the browser it plays, while nothing asks it for samples and no
 * output is opened. Null in Safari, which says who gets controls by rules of its own.
 */
function leadNowhere(element: HTMLMediaElement): AudioContext | null {
  if ('audioSession' in navigator) return null
  const options: AudioContextOptions & { readonly sinkId: { readonly type: 'none' } } = { sinkId: { type: 'none' } }
  const context = new AudioContext(options)
  context.createMediaElementSource(element)
  void context.suspend()
  return context
}

/** Tells Safari that this page's Web Audio is music (Audio Session specification): it sounds on with the screen locked. */
function declarePlayback(): void {
  const { audioSession } = navigator as { readonly audioSession?: { type: string } }
  if (audioSession !== undefined) audioSession.type = 'playback'
}

/** Some seconds of silence as a WAV file: 8 bits, one channel. */
function silentWave(): Blob {
  const frames = SILENCE_S * SILENCE_RATE
  const head = new DataView(new ArrayBuffer(44))
  const word = (at: number, text: string): void =>
    [...text].forEach((char, i) => head.setUint8(at + i, char.charCodeAt(0)))
  word(0, 'RIFF')
  head.setUint32(4, 36 + frames, true)
  word(8, 'WAVEfmt ')
  head.setUint32(16, 16, true)
  head.setUint16(20, 1, true)
  head.setUint16(22, 1, true)
  head.setUint32(24, SILENCE_RATE, true)
  head.setUint32(28, SILENCE_RATE, true)
  head.setUint16(32, 1, true)
  head.setUint16(34, 8, true)
  word(36, 'data')
  head.setUint32(40, frames, true)
  // Unsigned samples: silence is in the middle.
  return new Blob([head, new Uint8Array(frames).fill(128)], { type: 'audio/wav' })
}
