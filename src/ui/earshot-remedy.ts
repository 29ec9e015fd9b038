import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { Remedy, RoomPort, RoomView } from '../app/room-view.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** A track does not play on this device: what is the matter, and what one can do about it for oneself. */
@customElement('earshot-remedy')
export class EarshotRemedy extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      section {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--s1) var(--s3);
        padding: var(--s4);
        border-radius: var(--radius-m);
        background: var(--warn-soft);
        text-align: left;
      }
      section > .icon {
        margin-top: 0.125rem;
        color: var(--warn);
      }
      h3 {
        margin: 0;
        font-size: var(--text-m);
        font-weight: 700;
      }
      p {
        grid-column: 2;
        font-size: var(--text-s);
        color: var(--quiet);
      }
      .doors {
        grid-column: 2;
        display: flex;
        flex-wrap: wrap;
        gap: var(--s2);
        margin-top: var(--s2);
      }
      .calm {
        background: var(--raised);
      }
      .calm .button {
        background: var(--surface);
      }
      .calm > .icon {
        color: var(--quiet);
      }
    `,
  ]

  protected override renderRoom({ sound }: RoomView, port: RoomPort): unknown {
    const { remedies, message } = sound
    if (remedies.length === 0) return nothing
    const skipped = remedies.includes('back')
    const { title, text } = skipped ? strings.remedy.skipped : strings.remedy.failed
    const door = (remedy: Remedy, index: number): unknown => html`
      <button
        class="button ${index === 0 && !skipped ? 'primary' : ''}"
        type="button"
        @click=${() => port.remedy(remedy)}
      >
        ${strings.remedy.doors[remedy]}
      </button>
    `
    return html`
      <section class=${skipped ? 'calm' : ''} role="status">
        ${icon(skipped ? 'muted' : 'warning')}
        <h3>${title}</h3>
        <p>${skipped || message === undefined ? nothing : message} ${text}</p>
        <div class="doors">${remedies.map(door)}</div>
      </section>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-remedy': EarshotRemedy
  }
}
