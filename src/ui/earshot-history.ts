import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import { trackName } from '../domain/record.ts'
import './earshot-cover.ts'
import { timeOfDay } from './format.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** What has sounded, latest first; folded away until asked for. */
@customElement('earshot-history')
export class EarshotHistory extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      summary {
        display: flex;
        align-items: center;
        gap: var(--s2);
        min-height: var(--target);
        padding: 0 var(--s2);
        border-radius: var(--radius-m);
        font-size: var(--text-s);
        font-weight: 600;
        color: var(--quiet);
        cursor: pointer;
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary .icon {
        width: 1rem;
        height: 1rem;
        transition: rotate var(--fast);
      }
      details[open] summary .icon {
        rotate: 180deg;
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--s3);
        padding: var(--s1) var(--s2);
        font-size: var(--text-s);
      }
      earshot-cover {
        --size: 2rem;
        border-radius: 0.375rem;
      }
      time {
        color: var(--quiet);
        font-variant-numeric: tabular-nums;
      }
    `,
  ]

  protected override renderRoom({ history }: RoomView, _port: RoomPort): unknown {
    if (history.length === 0) return nothing
    return html`
      <details>
        <summary>${icon('down')}${strings.queue.history}<span>${history.length}</span></summary>
        <ol aria-label=${strings.queue.history}>
          ${repeat(
            history,
            (item) => `${item.entry} ${item.startedAtMs}`,
            ({ track, startedAtMs }) => html`
              <li>
                <earshot-cover .src=${track.coverUrl} .seed=${trackName(track)}></earshot-cover>
                <span class="ellipsis"
                  >${track.title}${track.artist === undefined ? nothing : html` <span class="quiet">${track.artist}</span>`}</span
                >
                <time>${timeOfDay(startedAtMs)}</time>
              </li>
            `,
          )}
        </ol>
      </details>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-history': EarshotHistory
  }
}
