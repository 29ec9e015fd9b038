import { css, html, nothing } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import { TickController } from './context.ts'
import { OpenEvent, ProblemEvent } from './events.ts'
import { clockText } from './format.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles, sliderStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Seconds that an arrow key moves the position by. */
const ARROW_S = 5

/**
 * Everyone's controls: position, play, pause, skip. On a narrow screen also the way to chat and people.
 * @event earshot-open - "Chat" or "People" was pressed.
 */
@customElement('earshot-transport')
export class EarshotTransport extends RoomElement {
  static override styles = [
    sharedStyles,
    sliderStyles,
    css`
      .position {
        display: grid;
        grid-template-columns: auto 1fr auto;
        align-items: center;
        gap: var(--s3);
      }
      .time {
        min-width: 2.75rem;
        font-size: var(--text-xs);
        font-weight: 550;
        font-variant-numeric: tabular-nums;
        color: var(--quiet);
      }
      .time:last-child {
        text-align: right;
      }
      .buttons {
        display: grid;
        grid-template-columns: 1fr auto auto auto 1fr;
        align-items: center;
        justify-items: center;
        gap: var(--s4);
      }
      .buttons .play {
        grid-column: 3;
        width: 4rem;
        height: 4rem;
      }
      .buttons .play .icon {
        width: 1.75rem;
        height: 1.75rem;
      }
      .buttons .skip {
        grid-column: 4;
      }
      .skip .icon {
        width: 1.5rem;
        height: 1.5rem;
      }
      .everyone {
        grid-column: 1;
        justify-self: start;
        font-size: var(--text-xs);
        color: var(--quiet);
      }
      :host([calm]) .play:not([aria-disabled='true']) {
        background: var(--raised);
        color: var(--text);
      }
      .balance {
        grid-column: 2;
        width: var(--target);
      }
      .why {
        margin-top: var(--s2);
        text-align: center;
        font-size: var(--text-s);
        color: var(--quiet);
      }
      .why .icon {
        display: inline-block;
        width: 0.875rem;
        height: 0.875rem;
        vertical-align: -0.1em;
        margin-right: var(--s1);
      }
      .tab {
        display: none;
      }
      @media (max-width: 1179px) {
        .everyone {
          display: none;
        }
        .tab {
          display: inline-flex;
          flex-direction: column;
          gap: 0.125rem;
          padding: 0 var(--s3);
          border-radius: var(--radius-m);
          font-size: var(--text-xs);
          min-width: 3.75rem;
        }
        .tab.chat {
          grid-column: 1;
          justify-self: start;
        }
        .tab.people {
          grid-column: 5;
          justify-self: end;
        }
      }
      @media (max-width: 759px) {
        .position {
          margin-bottom: -0.25rem;
        }
        .buttons {
          gap: var(--s2);
        }
        .buttons .play {
          width: 3.5rem;
          height: 3.5rem;
        }
        .why {
          margin-top: 0;
        }
      }
    `,
  ]

  /** Keeps back while "Listen" is the thing to press. */
  @property({ type: Boolean, reflect: true }) calm = false
  /** Where the thumb is while it is being dragged, in seconds. */
  @state() private draggedS: number | null = null

  /** The position is told in whole seconds: it moves when the next one begins. */
  protected readonly tick = new TickController(this, () => {
    const { port, view } = this.room
    return port === undefined || view?.now?.playing !== true
      ? null
      : 1000 - Math.floor(Math.max(0, port.positionMs()) % 1000)
  })

  protected override renderRoom(view: RoomView, port: RoomPort): unknown {
    const { now, control } = view
    const playing = now?.playing === true
    const locked = !control.allowed
    const nothingToPlay = now === null && view.queue.length === 0
    // Whole seconds: to draw what nobody sees move costs more than to play the music.
    const atS =
      this.draggedS ?? (now === null ? 0 : Math.floor(Math.min(port.positionMs(), now.track.durationMs) / 1000))
    const lengthS = now === null ? 0 : now.track.durationMs / 1000
    const at = clockText(atS * 1000)
    return html`
      <section aria-label=${strings.transport.region}>
        <div class="position">
          <span class="time" aria-hidden="true">${at}</span>
          <input
            type="range"
            aria-label=${strings.transport.position}
            aria-valuetext=${strings.transport.positionText(at, clockText(lengthS * 1000))}
            min="0"
            max=${Math.max(1, lengthS)}
            step="any"
            .value=${String(atS)}
            style="--fill: ${lengthS > 0 ? (atS / lengthS) * 100 : 0}%"
            ?disabled=${locked || now === null}
            @input=${this.#onDrag}
            @change=${() => this.#onSeek()}
            @keydown=${this.#onKey}
          />
          <span class="time" aria-hidden="true">${clockText(lengthS * 1000)}</span>
        </div>
        <div class="buttons">
          <button class="button ghost tab chat" type="button" @click=${() => this.dispatchEvent(new OpenEvent('chat'))}>
            ${icon('chat')}${strings.room.chatTab}
          </button>
          <span class="everyone" aria-hidden="true">${strings.transport.region}</span>
          <span class="balance"></span>
          <button
            class="button primary round play"
            type="button"
            aria-label=${playing ? strings.transport.pause : strings.transport.play}
            aria-describedby="why"
            aria-disabled=${locked || nothingToPlay}
            @click=${() => this.#press(() => (playing ? port.pause() : port.play()), nothingToPlay)}
          >
            ${icon(playing ? 'pause' : 'play')}
          </button>
          <button
            class="button ghost round skip"
            type="button"
            aria-label=${strings.transport.skip}
            aria-describedby="why"
            aria-disabled=${locked || now === null}
            @click=${() => this.#press(() => port.skip(), now === null)}
          >
            ${icon('skip')}
          </button>
          <button
            class="button ghost tab people"
            type="button"
            @click=${() => this.dispatchEvent(new OpenEvent('people'))}
          >
            ${icon('people')}${strings.room.peopleTab}
          </button>
        </div>
        <p class="why" id="why" ?hidden=${!locked}>${locked ? html`${icon('lock')}${control.why}` : nothing}</p>
      </section>
    `
  }

  readonly #onDrag = (event: Event): void => {
    this.draggedS = (event.target as HTMLInputElement).valueAsNumber
  }

  #onSeek(): void {
    const toS = this.draggedS
    this.draggedS = null
    if (toS !== null) this.command((port) => port.seek(toS * 1000))
  }

  /** The browser's own arrow step of a slider without steps would be a fraction of a second. */
  readonly #onKey = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -ARROW_S, ArrowDown: -ARROW_S, ArrowRight: ARROW_S, ArrowUp: ARROW_S }[event.key]
    const now = this.room.view?.now
    if (by === undefined || now === null || now === undefined) return
    event.preventDefault()
    this.command((port) => port.seek(Math.min(now.track.durationMs, Math.max(0, port.positionMs() + by * 1000))))
  }

  #press(work: () => Promise<void>, nothingToPlay: boolean): void {
    const control = this.room.view?.control
    if (control?.allowed === false) this.dispatchEvent(new ProblemEvent(control.why))
    else if (nothingToPlay) this.dispatchEvent(new ProblemEvent(strings.transport.nothingToPlay))
    else this.command(work)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-transport': EarshotTransport
  }
}
