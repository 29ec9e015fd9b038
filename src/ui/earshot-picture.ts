import { css, html, LitElement, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { PictureSize } from '../domain/record.ts'
import { attempt } from './events.ts'
import { icon } from './icons.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** The moving pictures of what plays: a stage in black, without controls of its own, which can fill the screen. */
@customElement('earshot-picture')
export class EarshotPicture extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
        overflow: hidden;
        border-radius: var(--radius-l);
        background: #000;
        box-shadow: var(--shadow-far);
      }
      :host(:fullscreen) {
        display: grid;
        border-radius: 0;
      }
      .video {
        display: grid;
        width: 100%;
        height: 100%;
        max-height: var(--picture-height, 60dvh);
        aspect-ratio: var(--shape, 16 / 9);
        margin: 0 auto;
      }
      :host(:fullscreen) .video {
        max-height: none;
        aspect-ratio: auto;
        height: 100dvh;
      }
      .video > * {
        display: block;
        width: 100%;
        height: 100%;
        min-height: 0;
        object-fit: contain;
      }
      .fill {
        position: absolute;
        right: var(--s2);
        bottom: var(--s2);
        background: rgb(0 0 0 / 0.55);
        color: #fff;
        opacity: 0;
        transition: opacity var(--fast);
      }
      .fill:hover {
        background: rgb(0 0 0 / 0.8);
      }
      :host(:hover) .fill,
      .fill:focus-visible {
        opacity: 1;
      }
      @media (hover: none) {
        .fill {
          opacity: 1;
        }
      }
    `,
  ]

  /** Shows the pictures; comes from the player, which steers it. */
  @property({ attribute: false }) element: HTMLVideoElement | null = null
  /** Of the picture, so that the stage has its shape before the first frame. */
  @property({ attribute: false }) size: PictureSize | undefined
  /** What it shows, for those who do not see it. */
  @property() override title = ''

  override connectedCallback(): void {
    super.connectedCallback()
    document.addEventListener('fullscreenchange', this.#onChange)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('fullscreenchange', this.#onChange)
  }

  protected override render(): unknown {
    const { widthPx = 16, heightPx = 9 } = this.size ?? {}
    const full = this.#isFull
    // An iPhone lets nothing fill its screen but its own player.
    const canFill = document.fullscreenEnabled
    return html`
      <div
        class="video"
        role="img"
        aria-label=${strings.picture.of(this.title)}
        style="--shape: ${widthPx} / ${heightPx}"
        @dblclick=${() => this.toggleFullScreen()}
      >
        ${this.element ?? nothing}
      </div>
      ${
        canFill
          ? html`<button
              class="button round fill"
              type="button"
              aria-label=${full ? strings.picture.shrink : strings.picture.fill}
              @click=${() => this.toggleFullScreen()}
            >
              ${icon(full ? 'shrink' : 'expand')}
            </button>`
          : nothing
      }
    `
  }

  /** Call it from a tap or a key press. */
  toggleFullScreen(): void {
    attempt(this, this.#isFull ? document.exitFullscreen() : this.requestFullscreen())
  }

  /** Inside of shadow roots `document` names the outermost host only. */
  get #isFull(): boolean {
    return this.matches(':fullscreen')
  }

  readonly #onChange = (): void => this.requestUpdate()
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-picture': EarshotPicture
  }
}
