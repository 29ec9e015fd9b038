import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { attempt, ProblemEvent } from './events.ts'
import { icon } from './icons.ts'
import { qrCode } from './qr-code.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** A link to hand over: as a QR code, to copy, and to share where the browser can. What is slotted stands between code and link. */
@customElement('earshot-share-link')
export class EarshotShareLink extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
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
      :host([dense]) .qr {
        width: min(100%, 20rem);
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
    `,
  ]

  @property() link = ''
  /** Its code is a long one: it is drawn larger. */
  @property({ type: Boolean, reflect: true }) dense = false
  @property({ attribute: false }) words: { readonly qr: string; readonly link: string; readonly copy: string } =
    strings.invite
  @state() private copied = ''
  @query('.link') private readonly field!: HTMLInputElement | null
  @query('.primary') private readonly button!: HTMLButtonElement | null

  override focus(): void {
    this.button?.focus()
  }

  protected override render(): unknown {
    const { link, words } = this
    const copied = this.copied === link
    return html`
      ${qrCode(link, words.qr, this.dense)}
      <slot></slot>
      <input class="link" readonly aria-label=${words.link} .value=${link} @focus=${() => this.field?.select()} />
      <div class="row">
        <button class="button primary" type="button" @click=${() => this.#copy()}>
          ${icon(copied ? 'check' : 'link')}<span aria-live="polite"
            >${copied ? strings.invite.copied : words.copy}</span
          >
        </button>
        ${
          'share' in navigator
            ? html`<button class="button" type="button" @click=${() => attempt(this, navigator.share({ url: link }))}>
                ${icon('share')}${strings.invite.share}
              </button>`
            : nothing
        }
      </div>
    `
  }

  #copy(): void {
    const { link } = this
    navigator.clipboard.writeText(link).then(
      () => (this.copied = link),
      () => {
        this.field?.select()
        this.dispatchEvent(new ProblemEvent(strings.invite.copyFailed))
      },
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-share-link': EarshotShareLink
  }
}
