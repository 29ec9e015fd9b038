import { css, html, nothing } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { classMap } from 'lit/directives/class-map.js'
import type { NowView, RoomPort, RoomView } from '../app/room-view.ts'
import { trackName } from '../domain/record.ts'
import { AccentController } from './accent-controller.ts'
import './earshot-cover.ts'
import './earshot-face.ts'
import './earshot-picture.ts'
import type { EarshotPicture } from './earshot-picture.ts'
import './earshot-spectrum.ts'
import { percent } from './format.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Small picture, words beside it: where the column is low for all that stands in it. */
const beside = css`
  flex: none;
  display: grid;
  grid-template-columns: auto minmax(0, 1fr);
  align-items: center;
  gap: var(--s4);
  .art {
    height: min(10rem, 22cqh);
  }
  earshot-cover {
    box-shadow: var(--shadow);
  }
  earshot-picture {
    width: 12rem;
  }
  .words {
    text-align: left;
  }
  h2 {
    font-size: var(--text-xl);
  }
  .artist,
  .who {
    justify-content: flex-start;
  }
`

/** What plays: the cover that leads the page's colour, title, artist, who added it, who did what last. */
@customElement('earshot-now')
export class EarshotNow extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      /* Picture and words stand in the column of the page themselves, so that the picture can shrink for what stands beside. */
      :host,
      section {
        display: contents;
      }
      .art,
      earshot-picture {
        flex: 0 1 auto;
        min-height: 5.5rem;
      }
      .art {
        display: grid;
        place-items: center;
        align-self: center;
        height: var(--cover, 20rem);
        aspect-ratio: 1;
      }
      earshot-cover {
        --size: 100%;
        border-radius: var(--radius-l);
        box-shadow: var(--shadow-far);
      }
      .none {
        width: 72%;
        aspect-ratio: 1;
        border-radius: 50%;
        background:
          radial-gradient(closest-side, var(--accent) 9%, transparent 10%),
          repeating-radial-gradient(closest-side, transparent 0 17%, var(--soft) 17.5% 25%);
      }
      .paused earshot-cover {
        filter: saturate(0.75) brightness(0.92);
      }
      .words {
        /* Above the picture's shadow. */
        position: relative;
        flex: none;
        text-align: center;
      }
      h2 {
        font-size: clamp(1.375rem, 1.1rem + 1vw, var(--text-2xl));
        font-weight: 800;
        letter-spacing: -0.025em;
        line-height: 1.15;
        text-wrap: balance;
        display: -webkit-box;
        -webkit-line-clamp: 2;
        -webkit-box-orient: vertical;
        overflow: hidden;
      }
      .artist {
        display: flex;
        justify-content: center;
        align-items: center;
        gap: var(--s3);
        margin-top: var(--s1);
        font-size: var(--text-l);
        color: var(--quiet);
      }
      .who {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        align-items: center;
        gap: var(--s1) var(--s3);
        margin-top: var(--s2);
        font-size: var(--text-s);
        color: var(--quiet);
        min-height: 1.5rem;
      }
      .who span {
        display: inline-flex;
        align-items: center;
        gap: var(--s2);
        min-width: 0;
      }
      .who earshot-face {
        --size: 1.25rem;
      }
      .state {
        color: var(--warn);
        font-weight: 600;
      }
      earshot-spectrum {
        flex: none;
        width: 3.5rem;
        height: 1.125rem;
        color: var(--accent);
      }
      @container (max-height: 42rem) {
        .crowded {
          ${beside}
        }
      }
      @container (max-height: 48rem) {
        .packed {
          ${beside}
        }
      }
    `,
  ]

  /** Something else asks to be pressed: there is less room for the picture. */
  @property({ type: Boolean }) crowded = false
  /** Much else: there is no room for words below the picture, unless the screen is high. */
  @property({ type: Boolean }) packed = false

  /** The moving pictures; null while there are none. */
  @query('earshot-picture') readonly picture!: EarshotPicture | null

  readonly #accent = new AccentController(this)

  protected override renderRoom(view: RoomView, port: RoomPort): unknown {
    const { now } = view
    this.#accent.follow(now?.track ?? null)
    const { crowded, packed } = this
    const classes = classMap({ crowded, packed, paused: now?.playing === false })
    if (now === null) {
      return html`<section aria-label=${strings.now.region} class=${classes}>
        <div class="art"><div class="none"></div></div>
        <div class="words">
          <h2>${strings.now.nothing}</h2>
          <p class="artist">${strings.now.nothingHint}</p>
        </div>
      </section>`
    }
    const { track } = now
    return html`<section aria-label=${strings.now.region} class=${classes}>
      ${this.#art(now, port)}
      <div class="words">
        <h2>${track.title}</h2>
        <div class="artist">
          ${track.artist === undefined ? nothing : html`<p class="ellipsis">${track.artist}</p>`}
          <earshot-spectrum></earshot-spectrum>
        </div>
        <div class="who">
          <span><earshot-face .seed=${now.addedBy.face}></earshot-face>${strings.now.addedBy(now.addedBy.name)}</span>
          ${this.#lastAction(now)} ${this.#state(view, now)}
        </div>
      </div>
    </section>`
  }

  #art({ track }: NowView, port: RoomPort): unknown {
    const picture = port.picture()
    if (picture === null)
      return html`<div class="art">
        <earshot-cover .src=${track.coverUrl} .seed=${trackName(track)}></earshot-cover>
      </div>`
    return html`<earshot-picture .element=${picture} .size=${track.video} .title=${track.title}></earshot-picture>`
  }

  #lastAction({ lastAction }: NowView): unknown {
    if (lastAction === null) return nothing
    const { by, cause } = lastAction
    return html`<span role="status"
      >${by.isMe ? strings.now.actionsByMe[cause] : strings.now.actions[cause](by.name)}</span
    >`
  }

  #state({ sound }: RoomView, { availability }: NowView): unknown {
    if (availability.state === 'missing')
      return html`<span class="state">${strings.now.missing(availability.why)}</span>`
    if (availability.state === 'fetching')
      return html`<span>${strings.now.fetching(percent(availability.fraction), availability.holders)}</span>`
    if (sound.state === 'waiting' && availability.state !== 'elsewhere')
      return html`<span class="state">${sound.message ?? strings.now.soundWaiting}</span>`
    if (availability.state === 'elsewhere')
      return html`<span title=${strings.now.elsewhereHint(availability.host)}
        >${strings.now.elsewhere(availability.host)}</span
      >`
    return nothing
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-now': EarshotNow
  }
}
