import { ContextConsumer } from '@lit/context'
import { html, LitElement, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import type { AppPort } from '../app/app-port.ts'
import type { Visibility } from '../domain/record.ts'
import { limits } from '../domain/limits.ts'
import { appContext } from './context.ts'
import './earshot-lobby.ts'
import './earshot-me.ts'
import './earshot-paste.ts'
import './earshot-recent.ts'
import { attempt, messageOf, NavigateEvent, ProblemEvent, type ProfileEvent } from './events.ts'
import { icon, type IconName } from './icons.ts'
import { logo } from './logo.ts'
import { sharedStyles } from './shared-styles.ts'
import { homeStyles } from './home-styles.ts'
import { strings } from './strings.ts'

const choices: readonly { readonly value: Visibility; readonly sign: IconName }[] = [
  { value: 'public', sign: 'globe' },
  { value: 'unlisted', sign: 'link' },
  { value: 'private', sign: 'lock' },
]

/**
 * The start page: what Earshot is, a new room, the rooms this device knows, one's own name and face.
 * @event earshot-navigate - A room was founded or chosen.
 * @event earshot-open - The settings were asked for.
 */
@customElement('earshot-home')
export class EarshotHome extends LitElement {
  static override styles = [sharedStyles, homeStyles]

  @state() private visibility: Visibility = 'unlisted'
  @state() private starting = false
  @query('h1') private readonly heading!: HTMLElement | null
  @query('#room-name') private readonly field!: HTMLInputElement | null
  readonly #app = new ContextConsumer(this, { context: appContext, callback: () => this.requestUpdate() })

  /** Puts the focus on the page's heading: a screen reader says it, and the first key leads on to the form. */
  override focus(): void {
    void this.updateComplete.then(() => this.heading?.focus())
  }

  protected override render(): unknown {
    const app = this.#app.value
    if (app === undefined) return nothing
    return html`
      <div class="page">
        <header>
          ${logo}
          <earshot-me
            .name=${app.home.me.name}
            .face=${app.home.me.face}
            @earshot-profile=${this.#onProfile}
          ></earshot-me>
        </header>
        <main>
          <div class="hero">
            <h1 tabindex="-1">${strings.tagline}</h1>
            <p>${strings.about}</p>
          </div>
          ${this.#form(app)}
          <ul class="promises">
            ${strings.home.promises.map(
              ({ icon: sign, title, text }) =>
                html`<li>
                  ${icon(sign)}
                  <div><strong>${title}</strong><span>${text}</span></div>
                </li>`,
            )}
          </ul>
          <earshot-paste></earshot-paste>
          <earshot-recent></earshot-recent>
          <earshot-lobby></earshot-lobby>
        </main>
      </div>
    `
  }

  #form(app: AppPort): unknown {
    return html`
      <form @submit=${(event: SubmitEvent) => this.#onSubmit(event, app)}>
        <label class="field" for="room-name">${strings.home.roomName}</label>
        <input
          id="room-name"
          maxlength=${limits.roomNameChars}
          placeholder=${strings.home.roomNameHint}
          autocomplete="off"
          enterkeyhint="go"
        />
        <fieldset>
          <legend class="field">${strings.home.visibility}</legend>
          ${choices.map(({ value, sign }) => {
            const { label, text } = strings.home.visibilities[value]
            return html`<label class="choice">
              <input
                type="radio"
                name="visibility"
                value=${value}
                .checked=${this.visibility === value}
                @change=${() => (this.visibility = value)}
              />
              ${icon(sign)}<span
                ><strong>${label}</strong><span class="sr">: </span><span class="text">${text}</span></span
              >
            </label>`
          })}
        </fieldset>
        <button class="button primary start" ?disabled=${this.starting}>
          ${this.starting ? strings.home.starting : strings.home.start}
        </button>
      </form>
    `
  }

  #onSubmit(event: SubmitEvent, app: AppPort): void {
    event.preventDefault()
    const name = this.field?.value.trim() ?? ''
    if (name === '') {
      this.field?.focus()
      this.dispatchEvent(new ProblemEvent(strings.home.needsName))
      return
    }
    this.starting = true
    app.home.startRoom({ name, visibility: this.visibility }).then(
      (fragment) => this.dispatchEvent(new NavigateEvent(fragment)),
      (error: unknown) => {
        this.starting = false
        this.dispatchEvent(new ProblemEvent(messageOf(error)))
      },
    )
  }

  readonly #onProfile = (event: ProfileEvent): void => {
    event.stopPropagation()
    const home = this.#app.value?.home
    if (home === undefined) return
    attempt(
      this,
      home.rename(event.name, event.face).then(() => this.requestUpdate()),
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-home': EarshotHome
  }
}
