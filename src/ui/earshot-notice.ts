import { css, html, LitElement, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { NavigateEvent } from './events.ts'
import { icon } from './icons.ts'
import { logo } from './logo.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/**
 * A page that says one thing: what went wrong and what to do, or that something is on its way.
 * @event earshot-navigate - The person wants to go to the start page.
 */
@customElement('earshot-notice')
export class EarshotNotice extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      main {
        min-height: 100dvh;
        max-width: 34rem;
        margin: 0 auto;
        padding: var(--s5);
        display: grid;
        align-content: center;
        justify-items: center;
        gap: var(--s4);
        text-align: center;
      }
      .logo svg {
        width: 4rem;
        height: 4rem;
        color: var(--accent);
      }
      .logo {
        font-size: 0;
      }
      .busy path {
        animation: pulse 1.6s infinite ease-in-out;
      }
      @keyframes pulse {
        50% {
          opacity: 0.25;
        }
      }
      h1 {
        margin: 0;
        font-size: clamp(1.75rem, 1.4rem + 1.5vw, 2.5rem);
        font-weight: 800;
        letter-spacing: -0.03em;
        line-height: 1.15;
        text-wrap: balance;
      }
      p {
        font-size: var(--text-l);
        color: var(--quiet);
        text-wrap: pretty;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: var(--s2);
        margin-top: var(--s2);
      }
    `,
  ]

  @property() heading = ''
  @property() text = ''
  /** Something is on its way: no button, the sign breathes. */
  @property({ type: Boolean }) busy = false
  /** Offer a way to the start page. */
  @property({ type: Boolean }) home = false
  /** Offer to load the page again. */
  @property({ type: Boolean }) retry = false

  protected override render(): unknown {
    return html`
      <main class=${this.busy ? 'busy' : ''} aria-busy=${this.busy}>
        ${logo}
        <h1>${this.heading}</h1>
        ${this.text === '' ? nothing : html`<p role=${this.busy ? 'status' : 'alert'}>${this.text}</p>`}
        <div class="row">
          ${this.retry ? html`<button class="button" type="button" @click=${() => location.reload()}>${icon('dice')}${strings.errors.again}</button>` : nothing}
          ${
            this.home
              ? html`<button
                  class="button primary"
                  type="button"
                  @click=${() => this.dispatchEvent(new NavigateEvent('#/'))}
                >
                  ${strings.errors.home}
                </button>`
              : nothing
          }
        </div>
      </main>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-notice': EarshotNotice
  }
}
