import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { faceDrawing } from './face.ts'

/** A person's face, drawn from its seed. Decoration: the name stands beside it. Sized by `--size` (default 2rem). */
@customElement('earshot-face')
export class EarshotFace extends LitElement {
  static override styles = css`
    :host {
      display: block;
      flex: none;
      width: var(--size, 2rem);
      height: var(--size, 2rem);
      border-radius: 50%;
      overflow: hidden;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
    }
  `

  /** Any text; equal seeds draw equal faces. */
  @property() seed = ''

  protected override render(): unknown {
    return html`<svg viewBox="0 0 100 100" aria-hidden="true">${faceDrawing(this.seed)}</svg>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-face': EarshotFace
  }
}
