import '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import type WaDialog from '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import type { RoomPort, RoomView, SoundView } from '../app/room-view.ts'
import { limits } from '../domain/limits.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles, sliderStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

const FINE_MS = 1
const COARSE_MS = 10
/** What a key moves the delay by; with Shift ten times as much. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -FINE_MS,
  ArrowDown: -FINE_MS,
  ArrowRight: FINE_MS,
  ArrowUp: FINE_MS,
  PageDown: -COARSE_MS,
  PageUp: COARSE_MS,
}

/** The dialog that finds the own offset by ear: this device and another click in room time, and one is moved until both are heard as one. */
@customElement('earshot-tune')
export class EarshotTune extends RoomElement {
  static override styles = [
    sharedStyles,
    sliderStyles,
    css`
      wa-dialog {
        --width: 28rem;
      }
      .body {
        display: grid;
        gap: var(--s4);
      }
      ol {
        display: grid;
        gap: var(--s2);
        padding-left: 1.25rem;
        list-style: decimal;
        font-size: var(--text-s);
        color: var(--quiet);
      }
      .start {
        width: 100%;
      }
      .value {
        text-align: center;
        font-size: 2.5rem;
        font-weight: 750;
        line-height: 1;
        letter-spacing: -0.02em;
        font-variant-numeric: tabular-nums;
      }
      .nudges {
        display: grid;
        grid-template-columns: repeat(4, 1fr);
        gap: var(--s2);
      }
      .nudges .button {
        padding: 0;
        font-variant-numeric: tabular-nums;
      }
      .hint {
        grid-column: span 2;
        font-size: var(--text-xs);
        color: var(--quiet);
      }
      .hint.more {
        text-align: right;
      }
      .small,
      .muted {
        font-size: var(--text-xs);
        color: var(--quiet);
        text-align: center;
      }
      .muted {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--s2);
        color: var(--warn);
        font-weight: 600;
        text-align: left;
      }
      .end {
        display: flex;
        gap: var(--s2);
      }
      .end .button {
        flex: 1;
      }
      @media (hover: none) {
        .keys {
          display: none;
        }
      }
    `,
  ]

  @query('wa-dialog') private readonly dialog!: WaDialog | null
  /** What it was before, to go back to. */
  #formerMs: number | null = null

  show(): void {
    this.#formerMs = this.room.view?.sound.offsetMs ?? null
    if (this.dialog !== null) this.dialog.open = true
  }

  protected override renderRoom({ sound }: RoomView, port: RoomPort): unknown {
    return html`
      <wa-dialog label=${strings.tune.title} @wa-hide=${this.#onHide}>
        <div class="body" @keydown=${this.#onKey}>
          <ol>
            ${strings.tune.steps.map((step) => html`<li>${step}</li>`)}
          </ol>
          <button
            class="button start ${sound.tuning ? '' : 'primary'}"
            type="button"
            autofocus
            @click=${() => this.command(() => port.tune(!sound.tuning))}
          >
            ${icon(sound.tuning ? 'pause' : 'play')}${sound.tuning ? strings.tune.stop : strings.tune.start}
          </button>
          <span class="sr" role="status">${sound.tuning ? strings.tune.on : strings.tune.off}</span>
          ${sound.muted ? this.#unmute(port) : nothing} ${this.#delay(sound, port)}
          <div class="end">
            <button class="button" type="button" @click=${() => this.#close()}>${strings.tune.cancel}</button>
            <button class="button ${sound.tuning ? 'primary' : ''}" type="button" @click=${() => this.#save()}>
              ${strings.tune.save}
            </button>
          </div>
        </div>
      </wa-dialog>
    `
  }

  #delay({ offsetMs, output }: SoundView, port: RoomPort): unknown {
    const text = strings.mine.offsetText(offsetMs)
    const half = ((offsetMs + limits.offsetMs) / (2 * limits.offsetMs)) * 100
    return html`
      <output class="value" aria-live="polite">${text}</output>
      <input
        type="range"
        aria-label=${strings.mine.offset}
        aria-valuetext=${text}
        min=${-limits.offsetMs}
        max=${limits.offsetMs}
        step=${FINE_MS}
        .value=${String(offsetMs)}
        style="--fill: ${half}%"
        @input=${(event: Event) => port.setOffset((event.target as HTMLInputElement).valueAsNumber)}
      />
      <div class="nudges">
        ${[-COARSE_MS, -FINE_MS, FINE_MS, COARSE_MS].map(
          (byMs) => html`
            <button
              class="button"
              type="button"
              aria-label=${byMs < 0 ? strings.tune.less(-byMs) : strings.tune.more(byMs)}
              @click=${() => port.setOffset(offsetMs + byMs)}
            >
              ${strings.mine.offsetText(byMs)}
            </button>
          `,
        )}
        <span class="hint">${strings.tune.lessHint}</span><span class="hint more">${strings.tune.moreHint}</span>
      </div>
      <p class="small"><span class="keys">${strings.tune.keys}</span> ${strings.mine.offsetOf(output.label)}</p>
    `
  }

  #unmute(port: RoomPort): unknown {
    return html`<div class="muted">
      ${strings.tune.muted}
      <button class="button" type="button" @click=${() => port.setMuted(false)}>${strings.mine.unmute}</button>
    </div>`
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const { port, view } = this.room
    const byMs = KEYS[event.key]
    if (byMs === undefined || port === undefined || view === undefined) return
    event.preventDefault()
    port.setOffset(view.sound.offsetMs + byMs * (event.shiftKey ? COARSE_MS / FINE_MS : 1))
  }

  #save(): void {
    this.#formerMs = null
    this.#close()
  }

  #close(): void {
    if (this.dialog !== null) this.dialog.open = false
  }

  /** By any way but "Save" the delay is as it was before. */
  readonly #onHide = (event: Event): void => {
    const { port } = this.room
    if (event.target !== this.dialog || port === undefined) return
    if (this.#formerMs !== null) port.setOffset(this.#formerMs)
    this.#formerMs = null
    this.command(() => port.tune(false))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-tune': EarshotTune
  }
}
