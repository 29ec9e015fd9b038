import { css, html, LitElement, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { logo } from './logo.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Where a page is, as `location` says. */
export interface PageAddress {
  readonly host: string
  readonly port: string
  readonly pathname: string
  readonly hash: string
}

/** What somebody sees who came by plain http: why Earshot cannot run so, and the ways out, the likely one first. */
@customElement('earshot-insecure')
export class EarshotInsecure extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      main {
        min-height: 100dvh;
        max-width: 38rem;
        margin: 0 auto;
        padding: var(--s5);
        display: grid;
        align-content: center;
        gap: var(--s4);
      }
      .logo {
        font-size: 0;
      }
      svg {
        width: 3rem;
        height: 3rem;
        color: var(--accent);
      }
      h1 {
        font-size: clamp(1.75rem, 1.4rem + 1.5vw, 2.5rem);
        font-weight: 800;
        letter-spacing: -0.03em;
        line-height: 1.15;
        text-wrap: balance;
      }
      .why {
        font-size: var(--text-l);
        color: var(--quiet);
        text-wrap: pretty;
      }
      .open {
        justify-self: start;
        max-width: 100%;
      }
      h2 {
        margin-top: var(--s4);
      }
      ul {
        display: grid;
        gap: var(--s4);
      }
      li {
        display: grid;
        gap: var(--s1);
        padding-left: var(--s4);
        border-left: 3px solid var(--raised);
      }
      strong {
        font-weight: 600;
      }
      li span {
        color: var(--quiet);
      }
      code {
        justify-self: start;
        padding: var(--s1) var(--s2);
        border-radius: 0.5rem;
        background: var(--raised);
        font-size: var(--text-m);
        overflow-wrap: anywhere;
        user-select: all;
      }
      a:not(.button) {
        color: var(--accent);
        overflow-wrap: anywhere;
      }
    `,
  ]

  @property({ attribute: false }) address: PageAddress = location

  protected override render(): unknown {
    const { insecure } = strings
    const { host, port, pathname, hash } = this.address
    const local = `http://localhost${port === '' ? '' : `:${port}`}${pathname}${hash}`
    const [owner, there, guest] = insecure.steps
    return html`
      <main>
        ${logo}
        <h1>${insecure.title}</h1>
        <p class="why" role="alert">${insecure.text}</p>
        <a class="button primary open" href="https://${host}${pathname}${hash}">${insecure.open}</a>
        <h2>${insecure.orElse}</h2>
        <ul>
          ${step(owner, html`<code>${owner.command}</code>`)} ${step(there, html`<a href=${local}>${local}</a>`)}
          ${step(guest, nothing)}
        </ul>
      </main>
    `
  }
}

const step = ({ title, text }: { readonly title: string; readonly text: string }, how: unknown): unknown =>
  html`<li><strong>${title}</strong><span>${text}</span>${how}</li>`

declare global {
  interface HTMLElementTagNameMap {
    'earshot-insecure': EarshotInsecure
  }
}
