import { css, html, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { QueueEntryView, RoomPort, RoomView } from '../app/room-view.ts'
import { trackName } from '../domain/record.ts'
import './earshot-cover.ts'
import './earshot-face.ts'
import { clockText, percent } from './format.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** One waiting track: what it is, whose it is, whether it is here, and its votes. The first one stands out. */
@customElement('earshot-queue-item')
export class EarshotQueueItem extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      .item {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--s3);
        padding: var(--s2);
        border-radius: var(--radius-m);
        transition: background var(--fast);
      }
      .item:hover {
        background: var(--raised);
      }
      .item.first {
        background: var(--soft);
        padding: var(--s3);
        margin-bottom: var(--s1);
      }
      .first earshot-cover {
        --size: 4rem;
        border-radius: 0.625rem;
      }
      .label {
        font-size: var(--text-xs);
        font-weight: 700;
        color: var(--accent-text);
      }
      .title {
        font-weight: 600;
        line-height: 1.3;
      }
      .first .title {
        font-size: var(--text-l);
        font-weight: 700;
        letter-spacing: -0.01em;
      }
      .line {
        display: flex;
        align-items: center;
        gap: var(--s2);
        font-size: var(--text-s);
        color: var(--quiet);
        min-width: 0;
      }
      .line earshot-face {
        --size: 1.125rem;
      }
      .line > span {
        flex: 0 1 auto;
        min-width: 0;
      }
      .line > .fixed {
        flex: none;
        font-variant-numeric: tabular-nums;
      }
      .first .line {
        color: color-mix(in oklab, var(--quiet), var(--text) 35%);
      }
      .state {
        display: flex;
        align-items: center;
        gap: var(--s1);
        font-size: var(--text-xs);
        color: var(--quiet);
      }
      .first .state {
        color: color-mix(in oklab, var(--quiet), var(--text) 35%);
      }
      .state.missing {
        color: var(--warn);
      }
      .state .icon {
        width: 0.875rem;
        height: 0.875rem;
      }
      .bar {
        width: 4rem;
        height: 0.25rem;
        border-radius: 1rem;
        background: linear-gradient(
          to right,
          var(--accent) var(--fill),
          color-mix(in oklab, var(--text) 16%, transparent) var(--fill)
        );
      }
      .actions {
        display: flex;
        align-items: center;
      }
      .small {
        color: var(--quiet);
      }
      .vote {
        min-width: 3.5rem;
        padding: 0 var(--s3);
        gap: 0.25rem;
        font-variant-numeric: tabular-nums;
        border-color: var(--line);
        background: transparent;
      }
      /* Drawn, not written: the button's name is "Vote for …", and its number is told beside the title. */
      .vote::after {
        content: attr(data-votes);
      }
      .first .vote {
        border-color: color-mix(in oklab, var(--text) 22%, transparent);
      }
      .vote[aria-pressed='true'] {
        background: var(--accent);
        border-color: var(--accent);
        color: var(--on-accent);
      }
      @media (hover: hover) and (min-width: 760px) {
        .small {
          opacity: 0;
        }
        .item:hover .small,
        .item:focus-within .small {
          opacity: 1;
        }
      }
      @media (max-width: 759px) {
        .item {
          gap: var(--s2);
        }
        .vote {
          min-width: 3.25rem;
          padding: 0 var(--s2);
        }
        /* The face says it; a name would leave no room for the artist. */
        .by {
          position: absolute;
          width: 1px;
          height: 1px;
          clip-path: inset(50%);
        }
        .first earshot-cover {
          --size: 3.25rem;
        }
      }
    `,
  ]

  @property({ attribute: false }) entry!: QueueEntryView
  /** Stands next in the queue. */
  @property({ type: Boolean }) first = false

  protected override renderRoom(_view: RoomView, _port: RoomPort): unknown {
    const { entry } = this
    const { track, addedBy } = entry
    return html`
      <div class="item ${this.first ? 'first' : ''}">
        <earshot-cover .src=${track.coverUrl} .seed=${trackName(track)}></earshot-cover>
        <div>
          ${this.first ? html`<div class="label">${entry.pinned ? strings.queue.fixed : strings.queue.upNext}</div>` : nothing}
          <div class="title ellipsis">${track.title}</div>
          <div class="line">
            <span class="fixed"
              >${clockText(track.durationMs)}<span class="sr">, ${strings.queue.votes(entry.votes)}, </span></span
            >
            ${track.artist === undefined ? nothing : html`<span class="ellipsis">${track.artist}</span>`}
            <earshot-face .seed=${addedBy.face}></earshot-face>
            <span class="ellipsis by"><span class="sr">${strings.now.addedBy('')}</span>${addedBy.name}</span>
          </div>
          ${this.#availability()}
        </div>
        <div class="actions">
          ${
            entry.mayPlayNext && !this.first
              ? this.#small('front', strings.queue.bringNext(track.title), () =>
                  this.command((port) => port.playNext(entry.id)),
                )
              : nothing
          }
          ${entry.mine ? this.#small('trash', strings.queue.remove(track.title), () => this.command((port) => port.removeEntry(entry.id))) : nothing}
          <button
            class="button vote"
            type="button"
            aria-label=${strings.queue.vote(track.title)}
            aria-pressed=${entry.voted}
            title=${strings.queue.votes(entry.votes)}
            data-votes=${entry.votes}
            @click=${() => this.command((port) => port.vote(entry.id, !entry.voted))}
          >
            ${icon('up')}
          </button>
        </div>
      </div>
    `
  }

  #small(sign: 'front' | 'trash', label: string, press: () => void): unknown {
    return html`<button
      class="button ghost round small"
      type="button"
      aria-label=${label}
      title=${label}
      @click=${press}
    >
      ${icon(sign)}
    </button>`
  }

  #availability(): unknown {
    const { availability } = this.entry
    switch (availability.state) {
      case 'here':
        return nothing
      case 'fetching': {
        const done = percent(availability.fraction)
        return html`<div class="state">
          <span class="bar" style="--fill: ${done}%"></span>${strings.queue.fetching(done)}
        </div>`
      }
      case 'elsewhere':
        return html`<div class="state">${icon('globe')}${strings.queue.elsewhere(availability.host)}</div>`
      case 'missing':
        return html`<div class="state missing">${icon('warning')}${strings.queue.missing(availability.why)}</div>`
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-queue-item': EarshotQueueItem
  }
}
