import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { RoomPort, RoomView, SyncView } from '../app/room-view.ts'
import { msText } from './format.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** The sync pill: how far off I am, what is being done about it and why, and "Sync again"; details on tap. */
@customElement('earshot-sync')
export class EarshotSync extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      .pill {
        padding: 0 var(--s3);
        font-size: var(--text-s);
        background: transparent;
      }
      .dot {
        width: 0.5rem;
        height: 0.5rem;
        border-radius: 50%;
        background: var(--edge);
      }
      [data-state='in-step'] .dot {
        background: var(--good);
      }
      [data-state='settling'] .dot,
      [data-state='learning'] .dot,
      [data-state='waiting'] .dot,
      [data-state='ran-dry'] .dot,
      [data-state='cut-over'] .dot,
      [data-state='correcting'] .dot {
        background: var(--warn);
      }
      .ms {
        color: var(--quiet);
        font-weight: 500;
        font-variant-numeric: tabular-nums;
      }
      @media (max-width: 759px) {
        .ms {
          display: none;
        }
      }
      wa-popover:not(:defined) {
        display: none;
      }
      wa-popover {
        --max-width: 20rem;
      }
      dl {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: var(--s1) var(--s4);
        margin: var(--s3) 0 var(--s4);
        font-size: var(--text-s);
      }
      dt {
        color: var(--quiet);
      }
      dd {
        margin: 0;
        text-align: right;
        font-variant-numeric: tabular-nums;
        font-weight: 600;
      }
      h2 {
        font-size: var(--text-m);
        margin-bottom: var(--s1);
      }
      .explain {
        font-size: var(--text-s);
        color: var(--quiet);
      }
    `,
  ]

  protected override renderRoom({ sync, sound }: RoomView, port: RoomPort): unknown {
    const state = strings.sync.states[sync.state]
    const sounds = ['in-step', 'no-clock', 'correcting', 'ran-dry', 'cut-over'].includes(sync.state)
    return html`
      <div role="status" aria-label=${strings.sync.label}>
        <button id="pill" class="button pill" type="button" data-state=${sync.state} aria-haspopup="dialog">
          <span class="dot"></span>${state.label}${
            sounds ? html`<span class="ms" aria-hidden="true">${msText(Math.abs(sync.errorMs))}</span>` : nothing
          }
        </button>
      </div>
      <wa-popover for="pill" placement="bottom-end" aria-label=${strings.sync.title}>
        <h2>${state.label}</h2>
        <p class="explain">${state.text}</p>
        <dl>${this.#details(sync, sounds, sound.offsetMs)}</dl>
        <button class="button" type="button" @click=${() => port.resync()}>${strings.sync.resync}</button>
      </wa-popover>
    `
  }

  #details(sync: SyncView, sounds: boolean, offsetMs: number): unknown {
    const { early, late } = strings.sync
    const error = sync.errorMs < 0 ? early(msText(-sync.errorMs)) : late(msText(sync.errorMs))
    const clock = Number.isFinite(sync.clockErrorMs) ? `± ${msText(sync.clockErrorMs)}` : '–'
    const rows: readonly (readonly [string, string])[] = [
      [strings.sync.error, sounds ? error : '–'],
      [strings.sync.clock, clock],
      [strings.sync.rate, sounds ? `${Math.round(sync.ratePpm)} ppm` : '–'],
      [strings.sync.latency, sync.outputLatencyMs === 0 ? '–' : msText(sync.outputLatencyMs)],
      [strings.sync.offset, strings.mine.offsetText(offsetMs)],
      [strings.sync.engine, strings.sync.engines[sync.engine]],
      [strings.sync.neighbours, String(sync.neighbours)],
    ]
    return rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-sync': EarshotSync
  }
}
