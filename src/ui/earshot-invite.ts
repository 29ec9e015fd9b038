import '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import type WaDialog from '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import { css, html, nothing, svg } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { encodeQR } from 'qr'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import './earshot-keeping.ts'
import './earshot-listing.ts'
import { attempt, ProblemEvent } from './events.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Light modules around a QR code that readers need (ISO/IEC 18004). */
const QUIET_ZONE = 4

/** The dialog behind "Invite": the link to copy or share, and its QR code. */
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
      .qr {
        display: block;
        width: min(100%, 15rem);
        margin: 0 auto;
        border-radius: var(--radius-m);
        background: white;
      }
      .link {
        width: 100%;
        min-height: var(--target);
        padding: 0 var(--s3);
        border: 1px solid var(--edge);
        border-radius: var(--radius-m);
        background: var(--bg);
        font-size: var(--text-s);
        text-overflow: ellipsis;
      }
      .row {
        display: flex;
        gap: var(--s2);
      }
      .row .button {
        flex: 1;
      }
      p {
        font-size: var(--text-s);
        color: var(--quiet);
      }
    `,
  ]

  @state() private copied = false
  @query('wa-dialog') private readonly dialog!: WaDialog | null
  @query('.link') private readonly field!: HTMLInputElement | null

  show(): void {
    this.copied = false
    if (this.dialog !== null) this.dialog.open = true
  }

  protected override renderRoom({ link, visibility }: RoomView, _port: RoomPort): unknown {
    return html`
      <wa-dialog label=${strings.invite.title} light-dismiss>
        <div class="body">
          ${qrCode(link)}
          <p>${strings.invite.texts[visibility]}</p>
          <input
            class="link"
            readonly
            aria-label=${strings.invite.link}
            .value=${link}
            @focus=${() => this.field?.select()}
          />
          <div class="row">
            <button class="button primary" type="button" autofocus @click=${() => this.#copy(link)}>
              ${icon(this.copied ? 'check' : 'link')}<span aria-live="polite"
                >${this.copied ? strings.invite.copied : strings.invite.copy}</span
              >
            </button>
            ${
              'share' in navigator
                ? html`<button
                    class="button"
                    type="button"
                    @click=${() => attempt(this, navigator.share({ url: link }))}
                  >
                    ${icon('share')}${strings.invite.share}
                  </button>`
                : nothing
            }
          </div>
          <earshot-listing></earshot-listing>
          <earshot-keeping></earshot-keeping>
        </div>
      </wa-dialog>
    `
  }

  #copy(link: string): void {
    navigator.clipboard.writeText(link).then(
      () => (this.copied = true),
      () => {
        this.field?.select()
        this.dispatchEvent(new ProblemEvent(strings.invite.copyFailed))
      },
    )
  }
}

function qrCode(text: string): unknown {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE })
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return html`<svg
    class="qr"
    viewBox="0 0 ${rows.length} ${rows.length}"
    role="img"
    aria-label=${strings.invite.qr}
    shape-rendering="crispEdges"
  >
    ${svg`<path d=${path} fill="black" />`}
  </svg>`
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-invite': EarshotInvite
  }
}
