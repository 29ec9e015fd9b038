import { css, html, nothing } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { RoomPort, RoomView, SoundView } from '../app/room-view.ts'
import { limits } from '../domain/limits.ts'
import { OpenEvent, ToldEvent } from './events.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles, sliderStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/**
 * What only this device hears: volume, mute and the own offset. Plain in colour, unlike everyone's controls.
 * @event earshot-open - "Set by ear" was pressed.
 * @event earshot-told - The system plays through another output now.
 */
@customElement('earshot-mine')
export class EarshotMine extends RoomElement {
  static override styles = [
    sharedStyles,
    sliderStyles,
    css`
      section {
        border-radius: var(--radius-m);
        background: color-mix(in oklab, var(--surface) 70%, transparent);
        border: 1px solid var(--line);
        padding: 0 var(--s3) 0 var(--s1);
      }
      .row {
        display: flex;
        align-items: center;
        gap: var(--s1);
      }
      input[type='range'] {
        --track: var(--text);
        flex: 1;
        min-width: 3rem;
      }
      .label {
        font-size: var(--text-xs);
        color: var(--quiet);
        white-space: nowrap;
        padding: 0 var(--s2) 0 var(--s1);
      }
      .offset {
        padding: 0 var(--s2);
        font-size: var(--text-xs);
        font-weight: 550;
        color: var(--quiet);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .more {
        padding: 0 var(--s2) var(--s3) var(--s3);
        font-size: var(--text-s);
      }
      .more p {
        color: var(--quiet);
        margin-bottom: var(--s1);
      }
      .ways {
        margin-top: var(--s1);
        gap: var(--s2);
      }
      output {
        min-width: 4rem;
        text-align: right;
        font-variant-numeric: tabular-nums;
        font-weight: 600;
      }
    `,
  ]

  @state() private open = false
  /** Changes of the output that were told. */
  #told: number | null = null

  protected override updated(): void {
    const sound = this.room.view?.sound
    if (sound === undefined || sound.output.changes === this.#told) return
    const first = this.#told === null
    this.#told = sound.output.changes
    if (first) return
    const offset = strings.mine.offsetText(sound.offsetMs)
    this.dispatchEvent(new ToldEvent(strings.mine.changed(sound.output.label, offset)))
  }

  protected override renderRoom({ sound }: RoomView, port: RoomPort): unknown {
    const volume = Math.round(sound.volume * 100)
    return html`
      <section aria-label=${strings.mine.region}>
        <div class="row">
          <button
            class="button ghost round"
            type="button"
            aria-label=${sound.muted ? strings.mine.unmute : strings.mine.mute}
            aria-pressed=${sound.muted}
            @click=${() => port.setMuted(!sound.muted)}
          >
            ${icon(sound.muted ? 'muted' : 'volume')}
          </button>
          <input
            type="range"
            aria-label=${strings.mine.volume}
            aria-valuetext="${volume} %"
            min="0"
            max="100"
            step="1"
            .value=${String(volume)}
            style="--fill: ${sound.muted ? 0 : volume}%"
            @input=${(event: Event) => port.setVolume((event.target as HTMLInputElement).valueAsNumber / 100)}
          />
          <span class="label" aria-hidden="true">${strings.mine.region}</span>
          <button
            class="button ghost offset"
            type="button"
            aria-expanded=${this.open}
            title=${strings.mine.offset}
            @click=${() => (this.open = !this.open)}
          >
            ${icon('clock')}<span class="sr">${strings.mine.offset}</span>${strings.mine.offsetText(sound.offsetMs)}
          </button>
        </div>
        ${this.open ? this.#offset(sound, port) : nothing}
      </section>
    `
  }

  #offset({ offsetMs, output }: SoundView, port: RoomPort): unknown {
    const half = ((offsetMs + limits.offsetMs) / (2 * limits.offsetMs)) * 100
    return html`
      <div class="more">
        <p>${strings.mine.offsetHint} ${strings.mine.offsetOf(output.label)}</p>
        <div class="row">
          <input
            type="range"
            aria-label=${strings.mine.offset}
            aria-valuetext=${strings.mine.offsetText(offsetMs)}
            min=${-limits.offsetMs}
            max=${limits.offsetMs}
            step="1"
            .value=${String(offsetMs)}
            style="--fill: ${half}%"
            @input=${(event: Event) => port.setOffset((event.target as HTMLInputElement).valueAsNumber)}
          />
          <output>${strings.mine.offsetText(offsetMs)}</output>
        </div>
        <div class="row ways">
          <button class="button" type="button" @click=${() => this.dispatchEvent(new OpenEvent('tune'))}>
            ${strings.mine.byEar}
          </button>
          <button class="button ghost" type="button" ?disabled=${offsetMs === 0} @click=${() => port.setOffset(0)}>
            ${strings.mine.offsetReset}
          </button>
        </div>
      </div>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-mine': EarshotMine
  }
}
