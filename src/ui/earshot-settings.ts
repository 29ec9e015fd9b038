import '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import type WaDialog from '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import { css, html, LitElement } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import './earshot-nodes.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** The dialog behind "Settings": what holds for this device, in every room. */
@customElement('earshot-settings')
export class EarshotSettings extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      wa-dialog {
        --width: 30rem;
      }
    `,
  ]

  @query('wa-dialog') private readonly dialog!: WaDialog | null

  show(): void {
    if (this.dialog !== null) this.dialog.open = true
  }

  protected override render(): unknown {
    return html`<wa-dialog label=${strings.settings.title} light-dismiss><earshot-nodes></earshot-nodes></wa-dialog>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-settings': EarshotSettings
  }
}
