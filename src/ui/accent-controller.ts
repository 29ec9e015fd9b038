import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { TrackView } from '../app/room-view.ts'
import { trackName } from '../domain/record.ts'
import { accentOf, accentOfSeed, type Accent } from './accent.ts'

/** Pixels per side that a cover is scaled down to before its colours are counted. */
const SAMPLE = 32

/** Lets the cover of the current track lead the page's colour; the tokens' own colour returns when the host goes. */
export class AccentController implements ReactiveController {
  #shown = ''

  constructor(host: ReactiveControllerHost) {
    host.addController(this)
  }

  /** Follows a track; null for none. Cheap when nothing has changed. */
  follow(track: TrackView | null): void {
    const wanted = track === null ? '' : (track.coverUrl ?? trackName(track))
    if (wanted === this.#shown) return
    this.#shown = wanted
    if (track === null) return apply(null)
    if (track.coverUrl === undefined) return apply(accentOfSeed(trackName(track)))
    sample(track.coverUrl).then(
      (accent) => {
        if (this.#shown === wanted) apply(accent)
      },
      () => {
        // A cover that this browser cannot decode leads nothing: the track's own colour does.
        if (this.#shown === wanted) apply(accentOfSeed(trackName(track)))
      },
    )
  }

  hostDisconnected(): void {
    this.#shown = ''
    apply(null)
  }
}

function apply(accent: Accent | null): void {
  const { style } = document.documentElement
  if (accent === null) {
    style.removeProperty('--hue')
    style.removeProperty('--chroma')
    return
  }
  style.setProperty('--hue', accent.hue.toFixed(1))
  style.setProperty('--chroma', accent.chroma.toFixed(3))
}

async function sample(url: string): Promise<Accent> {
  const image = new Image()
  image.src = url
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = SAMPLE
  canvas.height = SAMPLE
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('no 2d canvas')
  context.drawImage(image, 0, 0, SAMPLE, SAMPLE)
  return accentOf(context.getImageData(0, 0, SAMPLE, SAMPLE).data)
}
