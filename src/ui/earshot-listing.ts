import { ContextConsumer } from '@lit/context'
import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import { limits } from '../domain/limits.ts'
import { moods, type Listing, type Mood } from '../domain/record.ts'
import { appContext } from './context.ts'
import { attempt } from './events.ts'
import { fieldStyles } from './field-styles.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Languages to choose from, by speakers and by what Earshot is translated to. */
const LANGUAGES = ['en', 'de', 'no', 'ja', 'pt', 'es', 'zh', 'fr', 'it', 'pl', 'tr', 'hi', 'ar', 'ru', 'ko']

/** What the lobby is told of a public room: for hosts to say. Empty for everyone else and in other rooms. */
@customElement('earshot-listing')
export class EarshotListing extends RoomElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      form {
        display: grid;
        gap: var(--s3);
        padding-top: var(--s4);
        border-top: 1px solid var(--line);
      }
      .two {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--s3);
      }
      p {
        font-size: var(--text-s);
        color: var(--quiet);
      }
      .check {
        display: flex;
        align-items: center;
        gap: var(--s2);
        min-height: var(--target);
        font-size: var(--text-s);
      }
      .check input {
        width: 1.25rem;
        height: 1.25rem;
        accent-color: var(--accent);
      }
    `,
  ]

  @state() private saved = false
  @query('form') private readonly form!: HTMLFormElement | null
  readonly #app = new ContextConsumer(this, { context: appContext })

  protected override renderRoom({ visibility, myRole, listing }: RoomView, port: RoomPort): unknown {
    if (visibility !== 'public' || myRole === 'listener') return nothing
    return html`
      <form
        aria-labelledby="title"
        @submit=${(event: SubmitEvent) => this.#save(event, port)}
        @input=${() => (this.saved = false)}
      >
        <h2 id="title">${strings.listing.title}</h2>
        <p>${strings.listing.text}</p>
        <label class="of"
          >${strings.listing.tags}
          <input
            name="tags"
            autocomplete="off"
            placeholder=${strings.listing.tagsHint}
            maxlength=${limits.listingTags * (limits.listingTagChars + 2)}
            value=${listing.tags.join(', ')}
          />
        </label>
        <div class="two">
          ${choice(
            'mood',
            strings.listing.mood,
            moods.map((mood) => [mood, strings.moodNames[mood]]),
            listing.mood,
          )}
          ${choice(
            'language',
            strings.listing.language,
            LANGUAGES.map((code) => [code, strings.languageName(code)]),
            listing.language,
          )}
        </div>
        <label class="check"
          ><input type="checkbox" name="place" ?checked=${listing.place !== undefined} />${strings.listing.place}</label
        >
        <button class="button">
          <span aria-live="polite">${this.saved ? strings.listing.saved : strings.listing.save}</span>
        </button>
      </form>
    `
  }

  #save(event: SubmitEvent, port: RoomPort): void {
    event.preventDefault()
    if (this.form === null) return
    const data = new FormData(this.form)
    const text = (name: string): string => {
      const value = data.get(name)
      return typeof value === 'string' ? value : ''
    }
    const save = async (): Promise<void> => {
      const wanted = data.get('place') !== null
      const place = wanted ? (port.view.listing.place ?? (await this.#app.value?.askPlace())) : undefined
      const listing: Listing = {
        tags: text('tags').split(','),
        ...(text('mood') === '' ? {} : { mood: text('mood') as Mood }),
        ...(text('language') === '' ? {} : { language: text('language') }),
        ...(place === undefined ? {} : { place }),
      }
      await port.list(listing)
      this.saved = true
    }
    attempt(this, save())
  }
}

const choice = (
  name: string,
  label: string,
  values: readonly (readonly [value: string, name: string])[],
  chosen: string | undefined,
): unknown => html`
  <label class="of"
    >${label}
    <select name=${name}>
      <option value="">${strings.listing.unsaid}</option>
      ${values.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
    </select>
  </label>
`

declare global {
  interface HTMLElementTagNameMap {
    'earshot-listing': EarshotListing
  }
}
