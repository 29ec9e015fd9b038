import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import { limits } from '../domain/limits.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** The room's name as the page's heading; founder and hosts can change it in place. */
@customElement('earshot-room-name')
export class EarshotRoomName extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      .row {
        display: flex;
        align-items: center;
        gap: var(--s1);
        min-width: 0;
      }
      h1 {
        margin: 0;
        font-size: var(--text-l);
        font-weight: 750;
        letter-spacing: -0.015em;
        line-height: 1.25;
      }
      /* No control: the focus is there to read on from, and shows with the next key. */
      h1:focus {
        outline: none;
      }
      .edit {
        width: 1.75rem;
        min-height: 1.75rem;
        color: var(--quiet);
        position: relative;
      }
      /* Small to look at, large enough for a finger. */
      .edit::after {
        content: '';
        position: absolute;
        inset: -0.5rem;
      }
      .edit .icon {
        width: 1rem;
        height: 1rem;
      }
      input {
        width: min(100%, 22rem);
        min-height: 2rem;
        padding: 0 var(--s2);
        border: 1px solid var(--edge);
        border-radius: var(--radius-s);
        background: var(--surface);
        font-size: max(1rem, var(--text-m));
        font-weight: 650;
      }
    `,
  ]

  @state() private editing = false
  @query('input') private readonly field!: HTMLInputElement | null
  @query('h1') private readonly heading!: HTMLElement | null

  /** Puts the focus on the page's heading: a screen reader says it, and the first key leads on into the room. */
  override focus(): void {
    void this.updateComplete.then(() => this.heading?.focus())
  }

  protected override renderRoom({ name, myRole }: RoomView, _port: RoomPort): unknown {
    if (this.editing) {
      return html`<input
        aria-label=${strings.room.renameLabel}
        .value=${name}
        maxlength=${limits.roomNameChars}
        enterkeyhint="done"
        @keydown=${this.#onKey}
        @blur=${() => this.#save()}
      />`
    }
    return html`
      <div class="row">
        <h1 class="ellipsis" tabindex="-1">${name === '' ? strings.room.unnamed : name}</h1>
        ${
          myRole === 'listener'
            ? nothing
            : html`<button
                class="button ghost round edit"
                type="button"
                aria-label=${strings.room.rename}
                title=${strings.room.rename}
                @click=${() => this.#edit()}
              >
                ${icon('pencil')}
              </button>`
        }
      </div>
    `
  }

  #edit(): void {
    this.editing = true
    void this.updateComplete.then(() => this.field?.select())
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.#save()
    if (event.key !== 'Escape') return
    event.preventDefault()
    this.editing = false
  }

  #save(): void {
    if (!this.editing) return
    this.editing = false
    const name = this.field?.value.trim() ?? ''
    if (name !== '' && name !== this.room.view?.name) this.command((port) => port.renameRoom(name))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-room-name': EarshotRoomName
  }
}
