import { ContextConsumer } from '@lit/context'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { lobbyOrders, type LobbyFilter, type LobbyOrder, type LobbyPort, type LobbyRoom } from '../app/lobby.ts'
import { limits } from '../domain/limits.ts'
import { moods, type Mood } from '../domain/record.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import { appContext } from './context.ts'
import { cardStyles } from './card-styles.ts'
import './earshot-cover.ts'
import { attempt } from './events.ts'
import { fieldStyles } from './field-styles.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Open rooms that nodes tell of, while this stands on the page: searched, filtered and ordered on this device. */
@customElement('earshot-lobby')
export class EarshotLobby extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    cardStyles,
    css`
      section {
        display: grid;
        gap: var(--s3);
      }
      .filters {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--s3);
      }
      .filters label:first-child {
        grid-column: 1 / -1;
      }
      @media (min-width: 48rem) {
        .filters {
          grid-template-columns: 2fr 1fr 1fr;
        }
        .filters label:first-child {
          grid-column: auto;
        }
      }
      .orders {
        display: flex;
        flex-wrap: wrap;
        gap: var(--s2);
      }
      .orders .button[aria-pressed='true'] {
        background: var(--accent);
        color: var(--on-accent);
      }
      .status {
        font-size: var(--text-s);
        color: var(--quiet);
      }
    `,
  ]

  @state() private order: LobbyOrder = 'trending'
  @state() private filter: LobbyFilter = {}
  #stops: readonly Unsubscribe[] = []
  readonly #app = new ContextConsumer(this, { context: appContext, callback: () => this.#open() })

  override connectedCallback(): void {
    super.connectedCallback()
    this.#open()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.#stops) stop()
    this.#stops = []
  }

  protected override render(): unknown {
    const lobby = this.#app.value?.lobby
    if (lobby === undefined) return nothing
    const rooms = lobby.rooms(this.order, this.filter)
    const filtered = Object.values(this.filter).some((part) => part !== undefined && part !== '')
    const status =
      rooms.length > 0 ? strings.lobby.count(rooms.length) : filtered ? strings.lobby.noMatch : strings.lobby.empty
    return html`
      <section aria-labelledby="title">
        <h2 id="title">${strings.lobby.title}</h2>
        ${rooms.length > 0 || filtered ? this.#controls(lobby) : nothing}
        <p class="status" role="status">${status}</p>
        <ul aria-labelledby="title">
          ${repeat(rooms, ({ room }) => room, card)}
        </ul>
      </section>
    `
  }

  #controls(lobby: LobbyPort): unknown {
    return html`
      <div class="filters">
        <label class="of"
          >${strings.lobby.search}
          <input
            type="search"
            placeholder=${strings.lobby.searchHint}
            maxlength=${limits.roomNameChars}
            @input=${({ target }: InputEvent) => this.#narrow({ words: (target as HTMLInputElement).value })}
          />
        </label>
        ${choice(
          strings.lobby.mood,
          strings.lobby.anyMood,
          moods.map((mood) => [mood, strings.moodNames[mood]]),
          (mood) => this.#narrow({ mood: mood as Mood | undefined }),
        )}
        ${choice(
          strings.lobby.language,
          strings.lobby.anyLanguage,
          lobby.languages.map((code) => [code, strings.languageName(code)]),
          (language) => this.#narrow({ language }),
        )}
      </div>
      <div class="orders" role="group" aria-label=${strings.lobby.order}>
        ${lobbyOrders.map(
          (order) =>
            html`<button
              class="button"
              type="button"
              aria-pressed=${this.order === order}
              @click=${() => this.#choose(order, lobby)}
            >
              ${strings.lobby.orders[order]}
            </button>`,
        )}
      </div>
    `
  }

  #open(): void {
    const lobby = this.#app.value?.lobby
    if (lobby === undefined || !this.isConnected || this.#stops.length > 0) return
    this.#stops = [lobby.open(), lobby.subscribe(() => this.requestUpdate())]
    this.requestUpdate()
  }

  #narrow(part: { readonly [K in keyof LobbyFilter]: LobbyFilter[K] | undefined }): void {
    const merged = Object.entries({ ...this.filter, ...part }).filter(([, value]) => value !== undefined)
    this.filter = Object.fromEntries(merged) as LobbyFilter
  }

  #choose(order: LobbyOrder, lobby: LobbyPort): void {
    // The device is asked where it is only by somebody who wants to know what is near.
    if (order !== 'nearby' || lobby.located) return void (this.order = order)
    attempt(
      this,
      lobby.locate().then(() => (this.order = order)),
    )
  }
}

const choice = (
  label: string,
  any: string,
  values: readonly (readonly [value: string, name: string])[],
  onChoice: (value: string | undefined) => void,
): unknown => html`
  <label class="of"
    >${label}
    <select
      @change=${({ target }: Event) => {
        const { value } = target as HTMLSelectElement
        onChoice(value === '' ? undefined : value)
      }}
    >
      <option value="">${any}</option>
      ${values.map(([value, name]) => html`<option value=${value}>${name}</option>`)}
    </select>
  </label>
`

function card({ room, fragment, title, playing, listeners, tags, mood, distanceKm }: LobbyRoom): unknown {
  const about = [
    strings.lobby.listeners(listeners),
    ...(mood === undefined ? [] : [strings.moodNames[mood]]),
    ...tags.map((tag) => `#${tag}`),
    ...(distanceKm === undefined ? [] : [strings.lobby.away(distanceKm)]),
  ]
  return html`<li>
    <a href=${fragment}>
      <earshot-cover .seed=${room}></earshot-cover>
      <div>
        <strong class="ellipsis">${title}</strong>
        <span class="line ellipsis"
          >${playing === undefined ? strings.lobby.silent : strings.lobby.plays(playing.title, playing.artist)}</span
        >
        <span class="line ellipsis">${about.join(' · ')}</span>
      </div>
    </a>
  </li>`
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-lobby': EarshotLobby
  }
}
