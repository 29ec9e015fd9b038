import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import { limits } from '../domain/limits.ts'
import { chatItem } from './chat-item.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Messages that are drawn at once; older ones on demand, so that a room of weeks opens quickly. */
const PAGE = 150
/** Nearer to the end than this counts as being at the end. */
const END_PX = 48

/** The room's conversation: a log that keeps to the end unless one reads back, and a line to write on. */
@customElement('earshot-chat')
export class EarshotChat extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      section {
        position: relative;
        display: flex;
        flex-direction: column;
        height: 100%;
        min-height: 0;
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: var(--s1) var(--s5) 0;
      }
      .switch {
        display: inline-flex;
        align-items: center;
        gap: var(--s2);
        min-height: var(--target);
        font-size: var(--text-xs);
        color: var(--quiet);
        cursor: pointer;
      }
      .switch input {
        appearance: none;
        width: 1.875rem;
        height: 1.125rem;
        margin: 0;
        border-radius: var(--radius-pill);
        background: radial-gradient(circle at 0.5625rem, var(--surface) 0.375rem, transparent 0.4375rem) var(--edge);
        cursor: pointer;
      }
      .switch input:checked {
        background: radial-gradient(circle at 1.3125rem, var(--surface) 0.375rem, transparent 0.4375rem) var(--accent);
      }
      @media (max-width: 1179px) {
        .head {
          /* Room for the panel's close button. */
          padding-right: 4.25rem;
        }
      }
      .log {
        flex: 1;
        min-height: 0;
        padding: 0 var(--s5);
        overflow-wrap: anywhere;
      }
      .message {
        display: grid;
        grid-template-columns: 1.75rem minmax(0, 1fr);
        column-gap: var(--s3);
        line-height: 1.45;
      }
      .message.new {
        margin-top: var(--s4);
      }
      .message earshot-face {
        --size: 1.75rem;
        grid-row: span 2;
      }
      .by {
        display: flex;
        align-items: baseline;
        gap: var(--s2);
        font-size: var(--text-s);
        font-weight: 650;
      }
      time {
        font-size: var(--text-xs);
        font-weight: 400;
        color: var(--quiet);
        font-variant-numeric: tabular-nums;
      }
      .text {
        grid-column: 2;
        white-space: pre-wrap;
      }
      .notice,
      .day {
        margin-top: var(--s3);
        text-align: center;
        font-size: var(--text-xs);
        color: var(--quiet);
      }
      .empty {
        padding: var(--s5) 0;
        text-align: center;
        font-size: var(--text-s);
        color: var(--quiet);
      }
      .latest {
        position: absolute;
        left: 50%;
        bottom: 5rem;
        translate: -50% 0;
        background: var(--text);
        color: var(--bg);
        box-shadow: var(--shadow);
        font-size: var(--text-s);
      }
      .latest:hover {
        background: var(--quiet);
      }
      .typing {
        min-height: 1.25rem;
        padding: var(--s1) var(--s5) 0;
        font-size: var(--text-xs);
        color: var(--quiet);
      }
      form {
        display: flex;
        gap: var(--s2);
        padding: var(--s1) var(--s4) var(--s4);
      }
      form input {
        flex: 1;
        min-width: 0;
        min-height: var(--target);
        padding: 0 var(--s4);
        border: 1px solid var(--edge);
        border-radius: var(--radius-pill);
        background: var(--bg);
        font-size: max(1rem, var(--text-m));
      }
      form input::placeholder {
        color: var(--quiet);
        opacity: 1;
      }
    `,
  ]

  @state() private notices = true
  @state() private atEnd = true
  @state() private shown = PAGE
  @query('.log') private readonly log!: HTMLElement | null
  @query('form input') private readonly field!: HTMLInputElement | null

  /** As of the last update. */
  #latest: Element | null = null
  readonly #resized = new ResizeObserver(() => this.revealed())

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#resized.disconnect()
    this.#latest = null
  }

  /** Call it when the chat becomes visible: hidden, it could not keep to its end. */
  revealed(): void {
    if (this.atEnd) this.#toEnd()
  }

  /** Puts the cursor into the line to write on. */
  override focus(): void {
    this.field?.focus()
  }

  protected override renderRoom(view: RoomView, port: RoomPort): unknown {
    const items = this.notices ? view.chat : view.chat.filter((item) => item.kind === 'message')
    const visible = items.slice(-this.shown)
    return html`
      <section aria-labelledby="title">
        <div class="head">
          <h2 id="title">${strings.chat.title}</h2>
          <label class="switch">
            <input
              type="checkbox"
              role="switch"
              .checked=${this.notices}
              @change=${() => (this.notices = !this.notices)}
            />
            ${strings.chat.notices}
          </label>
        </div>
        <div
          class="log scroll"
          role="log"
          aria-label=${strings.chat.title}
          aria-live="polite"
          tabindex="0"
          @scroll=${this.#onScroll}
        >
          ${
            items.length > visible.length
              ? html`<p class="notice">
                  <button class="button ghost" type="button" @click=${() => (this.shown += PAGE)}>
                    ${strings.chat.earlier}
                  </button>
                </p>`
              : nothing
          }
          ${visible.length === 0 ? html`<p class="empty">${strings.chat.empty}</p>` : nothing}
          ${repeat(
            visible,
            (item) => item.id,
            (item, index) => chatItem(item, visible[index - 1]),
          )}
        </div>
        ${this.atEnd ? nothing : html`<button class="button latest" type="button" @click=${() => this.#toEnd()}>${icon('down')}${strings.chat.latest}</button>`}
        <p class="typing ellipsis" aria-live="polite">
          ${view.typing.length > 0 ? strings.chat.typing(view.typing.map(({ name }) => name)) : nothing}
        </p>
        <form @submit=${this.#onSubmit}>
          <input
            name="text"
            aria-label=${strings.chat.message}
            placeholder=${strings.chat.placeholder}
            maxlength=${limits.messageChars}
            autocomplete="off"
            enterkeyhint="send"
            @input=${(event: Event) => port.setTyping((event.target as HTMLInputElement).value.trim() !== '')}
          />
          <button class="button primary round" aria-label=${strings.chat.send} title=${strings.chat.send}>
            ${icon('send')}
          </button>
        </form>
      </section>
    `
  }

  protected override updated(): void {
    // To know where the end is, the browser lays the page out at once: only where it may have moved.
    const latest = this.log?.lastElementChild ?? null
    if (latest === this.#latest) return
    this.#latest = latest
    this.revealed()
    if (this.log !== null) this.#resized.observe(this.log)
  }

  readonly #onScroll = (): void => {
    if (this.log === null) return
    this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < END_PX
  }

  #toEnd(): void {
    if (this.log === null) return
    this.log.scrollTop = this.log.scrollHeight
    this.atEnd = true
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    const text = this.field?.value.trim() ?? ''
    if (this.field === null || text === '') return
    const { field } = this
    field.value = ''
    this.atEnd = true
    this.command((port) =>
      port.send(text).catch((error: unknown) => {
        // What could not be sent is not lost; what was typed since stands first.
        if (field.value === '') field.value = text
        throw error
      }),
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-chat': EarshotChat
  }
}
