import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { ConnectionView, RoomView } from '../app/room-view.ts'
import { OpenEvent } from './events.ts'
import { icon, type IconName } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

type Notice = Exclude<ConnectionView['state'], 'direct' | 'relayed'> | 'nodeDown'

/** What there is to say of a connection: a key of `strings.connection`, null while all is well. */
export function noticeOf({ state, nodeDown }: ConnectionView): Notice | null {
  if (state !== 'direct' && state !== 'relayed') return state
  return nodeDown ? 'nodeDown' : null
}

/**
 * Why the room is not as it could be, and what to do: alone, connecting, no route, offline and node down are told apart.
 * @event earshot-open - The nodes are to be changed.
 */
@customElement('earshot-connection')
export class EarshotConnection extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      .notice {
        display: flex;
        align-items: flex-start;
        gap: var(--s3);
        padding: var(--s3) var(--s4);
        border-radius: var(--radius-m);
        border: 1px solid var(--line);
        background: color-mix(in oklab, var(--surface) 75%, transparent);
        font-size: var(--text-s);
        line-height: 1.4;
      }
      .notice.warn {
        border-color: transparent;
        background: var(--warn-soft);
      }
      .notice.warn .icon {
        color: var(--warn);
      }
      .notice > div {
        flex: 1;
      }
      .button {
        margin: calc(-1 * var(--s1)) calc(-1 * var(--s1)) 0 0;
        font-size: var(--text-s);
      }
      .icon {
        margin-top: 0.05rem;
        color: var(--accent);
      }
      strong {
        font-weight: 650;
      }
      span {
        color: var(--quiet);
      }
    `,
  ]

  protected override renderRoom({ connection }: RoomView): unknown {
    const kind = noticeOf(connection)
    if (kind === null) return nothing
    const warn = kind === 'no-route' || kind === 'offline' || kind === 'nodeDown'
    const sign: IconName = kind === 'offline' ? 'offline' : kind === 'alone' ? 'people' : warn ? 'warning' : 'wave'
    const { title, text } = strings.connection[kind]
    return html`
      <div class="notice ${warn ? 'warn' : ''}" role="status" aria-label=${strings.connection[kind].label}>
        ${icon(sign)}
        <div><strong>${title}.</strong> <span>${text}</span></div>
        ${
          kind === 'offline' || kind === 'nodeDown'
            ? html`<button class="button" type="button" @click=${() => this.dispatchEvent(new OpenEvent('settings'))}>
                ${strings.nodes.title}
              </button>`
            : nothing
        }
      </div>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-connection': EarshotConnection
  }
}
