import { css, html, nothing, type PropertyValues } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import './earshot-add-link.ts'
import type { EarshotAddLink } from './earshot-add-link.ts'
import './earshot-history.ts'
import './earshot-imports.ts'
import './earshot-queue-item.ts'
import { clockText } from './format.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** What comes next, in the order in which it will sound; files being read above it, what has sounded below. */
@customElement('earshot-queue')
export class EarshotQueue extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      section {
        display: flex;
        flex-direction: column;
        min-height: 0;
        height: 100%;
      }
      .head {
        display: flex;
        align-items: center;
        gap: var(--s3);
        padding: var(--s4) var(--s4) var(--s3) var(--s5);
      }
      .head p {
        font-size: var(--text-s);
        color: var(--quiet);
      }
      .words {
        flex: 1;
        min-width: 0;
      }
      .body {
        flex: 1;
        min-height: 0;
        padding: 0 var(--s3) var(--s4);
      }
      .empty {
        display: grid;
        justify-items: center;
        gap: var(--s2);
        margin: var(--s2) var(--s1) var(--s4);
        padding: var(--s6) var(--s5);
        border: 2px dashed var(--line);
        border-radius: var(--radius-l);
        text-align: center;
      }
      .empty .icon.big,
      .empty > .icon {
        width: 2.25rem;
        height: 2.25rem;
        color: var(--accent);
      }
      .empty h3 {
        margin: 0;
        font-size: var(--text-l);
        font-weight: 700;
      }
      .empty p {
        max-width: 22rem;
        font-size: var(--text-s);
        color: var(--quiet);
        margin-bottom: var(--s2);
      }
      .after {
        padding: var(--s3) var(--s3) var(--s4);
        font-size: var(--text-s);
        color: var(--quiet);
      }
      @media (max-width: 759px) {
        .head {
          padding: var(--s3) var(--s4) var(--s2);
        }
        .body {
          padding: 0 var(--s2) var(--s4);
          overflow: visible;
        }
        .empty {
          margin-inline: var(--s2);
          padding: var(--s5) var(--s4);
        }
      }
    `,
  ]

  @query('input[type=file]') private readonly picker!: HTMLInputElement | null

  @query('earshot-add-link') private readonly link!: EarshotAddLink | null

  /** Opens the browser's file dialog. Call it from a tap or a key press. */
  chooseFiles(): void {
    this.picker?.click()
  }

  protected override update(changed: PropertyValues<this>): void {
    const focused = this.shadowRoot?.activeElement?.shadowRoot?.activeElement
    super.update(changed)
    // A vote moves its entry, and what is moved in the page loses the focus.
    if (focused instanceof HTMLElement && focused.isConnected && !focused.matches(':focus')) focused.focus()
  }

  protected override renderRoom(view: RoomView, _port: RoomPort): unknown {
    const { queue } = view
    const lengthMs = queue.reduce((sum, entry) => sum + entry.track.durationMs, 0)
    return html`
      <section aria-labelledby="title">
        <div class="head">
          <div class="words">
            <h2 id="title">${strings.queue.title}</h2>
            ${queue.length > 0 ? html`<p>${strings.queue.summary(queue.length, clockText(lengthMs))}</p>` : nothing}
          </div>
          <button
            class="button ghost round"
            type="button"
            aria-label=${strings.queue.link}
            title=${strings.queue.link}
            @click=${() => this.#toggleLink()}
          >
            ${icon('link')}
          </button>
          <button class="button" type="button" @click=${() => this.chooseFiles()}>
            ${icon('plus')}${strings.queue.add}
          </button>
          <input
            type="file"
            hidden
            multiple
            accept="audio/*,video/*,.mp3,.m4a,.flac,.opus,.ogg,.oga,.wav,.mp4,.m4v,.mov,.webm,.mkv"
            aria-label=${strings.queue.files}
            @change=${this.#onFiles}
          />
        </div>
        <div class="body scroll" tabindex="-1">
          <earshot-add-link></earshot-add-link>
          <earshot-imports></earshot-imports>
          <ul aria-label=${strings.queue.title}>
            ${repeat(
              queue,
              (entry) => entry.id,
              (entry, index) =>
                html`<li><earshot-queue-item .entry=${entry} .first=${index === 0}></earshot-queue-item></li>`,
            )}
          </ul>
          ${queue.length === 0 ? this.#empty(view) : nothing}
          <earshot-history></earshot-history>
        </div>
      </section>
    `
  }

  #empty({ now, history }: RoomView): unknown {
    const fresh = now === null && history.length === 0
    return html`
      <div class="empty">
        ${icon('music')}
        <h3>${strings.queue.emptyTitle}</h3>
        <p>${now === null ? strings.queue.emptyText : strings.queue.emptyAfter}</p>
        <button
          class="button ${fresh ? 'primary' : ''}"
          type="button"
          @click=${() => this.command((port) => port.addDemoTracks())}
        >
          ${strings.queue.demo}
        </button>
      </div>
    `
  }

  #toggleLink(): void {
    if (this.link !== null) this.link.open = !this.link.open
  }

  readonly #onFiles = (event: Event): void => {
    const input = event.target as HTMLInputElement
    const files = [...(input.files ?? [])]
    // The same file may be chosen again.
    input.value = ''
    if (files.length > 0) this.command((port) => port.addFiles(files))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-queue': EarshotQueue
  }
}
