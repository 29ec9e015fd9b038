import { css, html, LitElement, svg } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { accentOfSeed } from './accent.ts'
import { seeded } from './seed.ts'

/** A track's cover; until one is here, rings that its seed determines. Decoration: the title stands beside it. */
@customElement('earshot-cover')
export class EarshotCover extends LitElement {
  static override styles = css`
    :host {
      display: block;
      flex: none;
      aspect-ratio: 1;
      width: var(--size, 3rem);
      border-radius: var(--radius-s);
      overflow: hidden;
      background: var(--raised);
    }
    img,
    svg {
      display: block;
      width: 100%;
      height: 100%;
      object-fit: cover;
    }
  `

  /** Object URL of the picture. */
  @property() src: string | undefined
  /** The track's or room's id. */
  @property() seed = ''

  protected override render(): unknown {
    if (this.src !== undefined) return html`<img src=${this.src} alt="" decoding="async" />`
    const { hue } = accentOfSeed(this.seed)
    const next = seeded(`${this.seed} rings`)
    const cx = 20 + next() * 60
    const cy = 20 + next() * 60
    const turn = hue + 40 + next() * 60
    const rings = [74, 58, 43, 29, 16, 5].map(
      (r, i) =>
        svg`<circle cx=${cx} cy=${cy} r=${r} fill=${`oklch(${0.4 + i * 0.085} ${0.1 + i * 0.006} ${hue + ((turn - hue) * i) / 5})`} />`,
    )
    return html`<svg viewBox="0 0 100 100" aria-hidden="true">
      <rect width="100" height="100" fill=${`oklch(0.33 0.09 ${hue})`} />
      ${rings}
    </svg>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-cover': EarshotCover
  }
}
