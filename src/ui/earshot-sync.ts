import { css, html } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { RoomPort, RoomView, SyncView } from '../app/room-view.ts'
import { msText } from './format.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** The sync pill: how far off I am, why, and "Sync again"; details on tap. */
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
      [data-state='correcting'] .dot {
        background: var(--warn);
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

  protected override renderRoom({ sync }: RoomView, port: RoomPort): unknown {
    const state = strings.sync.states[sync.state]
    return html`
      <div role="status" aria-label=${strings.sync.label}>
        <button id="pill" class="button pill" type="button" data-state=${sync.state} aria-haspopup="dialog">
          <span class="dot"></span>${state.label}
        </button>
      </div>
      <wa-popover for="pill" placement="bottom-end" aria-label=${strings.sync.title}>
        <h2>${state.label}</h2>
        <p class="explain">${state.text}</p>
        <dl>${this.#details(sync)}</dl>
        <button class="button" type="button" @click=${() => port.resync()}>${strings.sync.resync}</button>
      </wa-popover>
    `
  }

  #details(sync: SyncView): unknown {
    const error = msText(sync.errorMs)
    const rows: readonly (readonly [string, string])[] = [
      [
        strings.sync.error,
        sync.state === 'off'
          ? '–'
          : sync.errorMs < 0
            ? strings.sync.early(msText(-sync.errorMs))
            : strings.sync.late(error),
      ],
      [strings.sync.clock, `± ${msText(sync.clockErrorMs)}`],
      [strings.sync.latency, msText(sync.outputLatencyMs)],
      [strings.sync.rate, `${Math.round(sync.ratePpm)} ppm`],
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
