import '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import type WaDialog from '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import { css, html, LitElement } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** The dialog behind "?": all keys. */
@customElement('earshot-help')
export class EarshotHelp extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      wa-dialog {
        --width: 28rem;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--s2) var(--s4);
        margin: 0;
        align-items: center;
      }
      dt {
        display: flex;
        gap: var(--s1);
      }
      dd {
        margin: 0;
        color: var(--quiet);
      }
      h3 {
        margin: var(--s5) 0 var(--s1);
        font-size: var(--text-m);
        font-weight: 700;
      }
      p {
        margin: 0;
        color: var(--quiet);
        text-wrap: pretty;
      }
      kbd {
        min-width: 1.75rem;
        padding: 0.125rem var(--s2);
        border: 1px solid var(--line);
        border-bottom-width: 2px;
        border-radius: var(--radius-s);
        background: var(--raised);
        font: 600 var(--text-s) / 1.5 var(--font);
        text-align: center;
      }
    `,
  ]

  @query('wa-dialog') private readonly dialog!: WaDialog | null

  show(): void {
    if (this.dialog !== null) this.dialog.open = true
  }

  protected override render(): unknown {
    return html`
      <wa-dialog label=${strings.help.title} light-dismiss>
        <dl>
          ${strings.help.keys.map(
            ({ keys, text }) =>
              html`<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
                <dd>${text}</dd>`,
          )}
        </dl>
        <h3>${strings.help.mediaTitle}</h3>
        <p>${strings.help.mediaKeys}</p>
      </wa-dialog>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-help': EarshotHelp
  }
}
