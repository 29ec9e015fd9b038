import '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import type WaDialog from '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import { css, html } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import './earshot-by-hand.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** The dialog of who came by an invitation with a code: opens by itself, shows the answer, and goes when both are connected. */
@customElement('earshot-answer')
export class EarshotAnswer extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      wa-dialog {
        --width: 26rem;
      }
    `,
  ]

  @query('wa-dialog') private readonly dialog!: WaDialog | null
  #open = false

  /** A dialog that is rendered open tells nobody that it has opened. */
  protected override updated(): void {
    const { dialog } = this
    const view = this.room.port?.byHand.view
    const open = view !== undefined && view.state !== 'idle' && view.role === 'answering' && view.state !== 'linked'
    if (dialog === null || open === this.#open) return
    this.#open = open
    void dialog.updateComplete.then(() => (dialog.open = open))
  }

  protected override renderRoom(_room: RoomView, { byHand }: RoomPort): unknown {
    const { view } = byHand
    return html`
      <wa-dialog
        label=${strings.byHand.title}
        @wa-after-hide=${(event: Event) => {
          // Closed by its own button or Esc: an answer that nobody sees is of no use.
          if (event.target === event.currentTarget && byHand.view.state !== 'linked') byHand.cancel()
        }}
      >
        <earshot-by-hand side="answering"></earshot-by-hand>
      </wa-dialog>
      <span class="sr" role="status"
        >${view.state === 'linked' && view.role === 'answering' ? strings.byHand.linked : ''}</span
      >
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-answer': EarshotAnswer
  }
}
