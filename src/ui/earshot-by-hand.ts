import { css, html, nothing, type PropertyValues } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { ByHandRole, ByHandView } from '../app/by-hand-view.ts'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import './earshot-share-link.ts'
import type { EarshotShareLink } from './earshot-share-link.ts'
import { BackEvent, messageOf } from './events.ts'
import { fieldStyles } from './field-styles.ts'
import { timeOfDay } from './format.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/**
 * Meeting somebody by codes, step by step, from one of the two sides.
 * @event earshot-back - The person is through with it, or gave it up.
 */
@customElement('earshot-by-hand')
export class EarshotByHand extends RoomElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      :host,
      section,
      form {
        display: grid;
        gap: var(--s4);
      }
      section,
      form {
        gap: var(--s2);
      }
      h2 {
        font-size: var(--text-m);
      }
      p {
        font-size: var(--text-s);
        color: var(--quiet);
      }
      form {
        padding-top: var(--s4);
        border-top: 1px solid var(--line);
      }
      .row {
        display: flex;
        gap: var(--s2);
      }
      .row input {
        flex: 1;
        min-width: 0;
        min-height: var(--target);
        padding: 0 var(--s3);
        border: 1px solid var(--edge);
        border-radius: var(--radius-m);
        background: var(--bg);
      }
      .wrong {
        color: var(--warn);
      }
      .state {
        display: grid;
        justify-items: center;
        gap: var(--s2);
        padding: var(--s5) 0;
        text-align: center;
      }
      .state .icon {
        width: 2rem;
        height: 2rem;
        color: var(--accent);
      }
      .state.failed .icon {
        color: var(--warn);
      }
      .state strong {
        font-weight: 650;
      }
      .buttons {
        display: flex;
        justify-content: flex-end;
        gap: var(--s2);
      }
    `,
  ]

  /** Which of the two this device is. */
  @property() side: ByHandRole = 'inviting'
  @state() private wrong = ''
  @query('earshot-share-link') private readonly shared!: EarshotShareLink | null
  @query('input') private readonly field!: HTMLInputElement | null
  #shown: ByHandView['state'] = 'idle'

  protected override renderRoom(_room: RoomView, { byHand }: RoomPort): unknown {
    const { view } = byHand
    if (view.state === 'idle' || view.role !== this.side) return nothing
    switch (view.state) {
      case 'preparing':
        return html`${told('wave', strings.byHand.preparing)} ${this.#buttons(this.#cancel(byHand))}`
      case 'showing':
        return html`${this.#code(view)} ${view.role === 'inviting' ? this.#answerForm(byHand) : nothing}
        ${this.#buttons(this.#cancel(byHand))}`
      case 'linking':
        return html`${told('wave', strings.byHand.linking)} ${this.#buttons(this.#cancel(byHand))}`
      case 'linked':
        return html`${told('check', strings.byHand.linked, strings.byHand.linkedMore)}
        ${this.#buttons(
          view.role === 'inviting' ? button(strings.byHand.more, () => byHand.invite()) : nothing,
          button(strings.byHand.done, () => this.#leave(byHand, true), 'primary'),
        )}`
      case 'failed':
        return html`${told('warning', strings.byHand.failed, view.why, 'failed')}
        ${
          view.role === 'inviting'
            ? this.#buttons(
                this.#cancel(byHand),
                button(strings.byHand.again, () => byHand.invite(), 'primary'),
              )
            : html`<p>${strings.byHand.askAnew}</p>
                ${this.#buttons(button(strings.room.close, () => this.#leave(byHand), 'primary'))}`
        }`
    }
  }

  /** Each step is told by where the focus goes, also to who does not see it. */
  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const state = this.room.port?.byHand.view.state ?? 'idle'
    if (state === this.#shown) return
    this.#shown = state
    this.wrong = ''
    const next = this.shared ?? this.renderRoot.querySelector<HTMLElement>('.primary, .button')
    void this.shared?.updateComplete.then(() => this.shared?.focus())
    if (this.shared === null) next?.focus()
  }

  #code({ role, link, expiresAtMs }: Extract<ByHandView, { state: 'showing' }>): unknown {
    const { first, firstText } = strings.byHand[role]
    const words = { qr: strings.byHand.qr[role], link: strings.byHand.link[role], copy: strings.byHand.copy[role] }
    return html`
      <section aria-labelledby="first">
        <h2 id="first">${role === 'inviting' ? `1. ${first}` : first}</h2>
        <p>${firstText}</p>
        <earshot-share-link dense .link=${link} .words=${words}></earshot-share-link>
        <p>${strings.byHand.until(timeOfDay(expiresAtMs))}</p>
      </section>
    `
  }

  #answerForm(byHand: RoomPort['byHand']): unknown {
    const { second, secondText, answer, answerHint, connect } = strings.byHand.inviting
    return html`
      <form @submit=${(event: SubmitEvent) => this.#onSubmit(event, byHand)}>
        <h2>2. ${second}</h2>
        <p id="second">${secondText}</p>
        <div class="row">
          <input
            aria-label=${answer}
            aria-describedby="second"
            aria-invalid=${this.wrong === '' ? 'false' : 'true'}
            aria-errormessage="wrong"
            placeholder=${answerHint}
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            enterkeyhint="go"
            @input=${() => (this.wrong = '')}
          />
          <button class="button primary">${connect}</button>
        </div>
        <p id="wrong" class="wrong" role="alert">${this.wrong}</p>
      </form>
    `
  }

  #onSubmit(event: SubmitEvent, byHand: RoomPort['byHand']): void {
    event.preventDefault()
    const pasted = this.field?.value.trim() ?? ''
    if (pasted === '') return this.#refuse(strings.byHand.inviting.needsAnswer)
    byHand.accept(pasted).catch((error: unknown) => this.#refuse(messageOf(error)))
  }

  #refuse(why: string): void {
    this.wrong = why
    this.field?.focus()
  }

  #buttons(...buttons: unknown[]): unknown {
    return html`<div class="buttons">${buttons}</div>`
  }

  #cancel(byHand: RoomPort['byHand']): unknown {
    return button(strings.byHand.cancel, () => this.#leave(byHand), 'ghost')
  }

  #leave(byHand: RoomPort['byHand'], done = false): void {
    byHand.cancel()
    this.dispatchEvent(new BackEvent(done))
  }
}

const told = (sign: 'wave' | 'check' | 'warning', title: string, text = '', kind = ''): unknown => html`
  <div class="state ${kind}" role="status">
    ${icon(sign)}<strong>${title}</strong>${text === '' ? nothing : html`<p>${text}</p>`}
  </div>
`

const button = (text: string, onClick: () => void, kind = ''): unknown =>
  html`<button class="button ${kind}" type="button" @click=${onClick}>${text}</button>`

declare global {
  interface HTMLElementTagNameMap {
    'earshot-by-hand': EarshotByHand
  }
}
