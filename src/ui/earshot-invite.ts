import '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import type WaDialog from '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import { css, html } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import './earshot-by-hand.ts'
import './earshot-keeping.ts'
import './earshot-listing.ts'
import './earshot-share-link.ts'
import type { BackEvent } from './events.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** The dialog behind "Invite": the room's link to hand over, or the way to meet without a node. */
@customElement('earshot-invite')
export class EarshotInvite extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      wa-dialog {
        --width: 26rem;
      }
      .body {
        display: grid;
        gap: var(--s4);
      }
      p {
        font-size: var(--text-s);
        color: var(--quiet);
      }
      .other {
        display: grid;
        gap: var(--s2);
        padding-top: var(--s4);
        border-top: 1px solid var(--line);
      }
      .other .button {
        margin-top: var(--s2);
      }
    `,
  ]

  @state() private byHand = false
  @query('wa-dialog') private readonly dialog!: WaDialog | null

  show(): void {
    // Who went to scan the answer comes back to where they were.
    const { view } = this.room.port?.byHand ?? {}
    this.byHand = view !== undefined && view.state !== 'idle' && view.state !== 'linked' && view.role === 'inviting'
    if (this.dialog !== null) this.dialog.open = true
  }

  protected override renderRoom({ link, visibility }: RoomView, port: RoomPort): unknown {
    return html`
      <wa-dialog label=${this.byHand ? strings.byHand.title : strings.invite.title} light-dismiss>
        ${
          this.byHand
            ? html`<earshot-by-hand side="inviting" @earshot-back=${this.#onBack}></earshot-by-hand>`
            : html`<div class="body">
                <earshot-share-link autofocus .link=${link}>
                  <p>${strings.invite.texts[visibility]}</p>
                </earshot-share-link>
                <section class="other" aria-labelledby="other">
                  <h2 id="other">${strings.byHand.offer.title}</h2>
                  <p>${strings.byHand.offer.text}</p>
                  <button class="button" type="button" @click=${() => this.#startByHand(port)}>
                    ${strings.byHand.offer.start}
                  </button>
                </section>
                <earshot-listing></earshot-listing>
                <earshot-keeping></earshot-keeping>
              </div>`
        }
      </wa-dialog>
    `
  }

  readonly #onBack = (event: BackEvent): void => {
    if (event.done && this.dialog !== null) this.dialog.open = false
    else this.byHand = false
  }

  #startByHand(port: RoomPort): void {
    this.byHand = true
    port.byHand.invite()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-invite': EarshotInvite
  }
}
