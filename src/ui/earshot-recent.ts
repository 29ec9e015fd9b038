import { ContextConsumer } from '@lit/context'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { RecentRoom } from '../app/room-view.ts'
import { appContext } from './context.ts'
import { cardStyles } from './card-styles.ts'
import './earshot-cover.ts'
import { attempt } from './events.ts'
import { dayText } from './format.ts'
import { icon } from './icons.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Rooms that this device knows, latest first. */
@customElement('earshot-recent')
export class EarshotRecent extends LitElement {
  static override styles = [
    sharedStyles,
    cardStyles,
    css`
      h2 {
        margin-bottom: var(--s3);
      }
    `,
  ]

  @state() private rooms: readonly RecentRoom[] = []
  readonly #app = new ContextConsumer(this, { context: appContext, callback: () => this.#load() })

  protected override render(): unknown {
    if (this.rooms.length === 0) return nothing
    return html`
      <section aria-labelledby="title">
        <h2 id="title">${strings.home.recent}</h2>
        <ul>
          ${repeat(
            this.rooms,
            (room) => room.room,
            (room) => html`
              <li>
                <a href=${room.fragment}>
                  <earshot-cover .seed=${room.room}></earshot-cover>
                  <div>
                    <strong class="ellipsis">${room.name === '' ? strings.room.unnamed : room.name}</strong>
                    <span class="line">${strings.visibility[room.visibility]} · ${dayText(room.lastOpenedMs)}</span>
                  </div>
                </a>
                <button
                  class="button ghost round"
                  type="button"
                  aria-label=${strings.home.forget(room.name)}
                  title=${strings.home.forget(room.name)}
                  @click=${() => this.#forget(room)}
                >
                  ${icon('close')}
                </button>
              </li>
            `,
          )}
        </ul>
      </section>
    `
  }

  #load(): void {
    const home = this.#app.value?.home
    if (home === undefined) return
    attempt(
      this,
      home.recentRooms().then((rooms) => (this.rooms = rooms)),
    )
  }

  #forget(room: RecentRoom): void {
    const home = this.#app.value?.home
    if (home !== undefined)
      attempt(
        this,
        home.forget(room.room).then(() => this.#load()),
      )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-recent': EarshotRecent
  }
}
