import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import './earshot-room-name.ts'
import type { EarshotRoomName } from './earshot-room-name.ts'
import './earshot-sync.ts'
import { NavigateEvent, OpenEvent } from './events.ts'
import { icon, type IconName } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

const visibilityIcons = { public: 'globe', unlisted: 'link', private: 'lock' } as const satisfies Record<
  RoomView['visibility'],
  IconName
>

/**
 * A room's header: its name, who can come in, how we are connected, the sync pill, "Invite" and "Leave".
 * @event earshot-open - "Invite" or help was pressed.
 * @event earshot-navigate - "Leave" was pressed; leads to the start page, which closes the room.
 */
@customElement('earshot-header')
export class EarshotHeader extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      header {
        display: flex;
        align-items: center;
        gap: var(--s2);
        min-height: 4rem;
        padding: var(--s2) var(--gutter, var(--s4));
      }
      .name {
        flex: 1;
        min-width: 0;
      }
      .facts {
        display: flex;
        gap: var(--s3);
        font-size: var(--text-xs);
        color: var(--quiet);
      }
      .fact {
        display: inline-flex;
        align-items: center;
        gap: var(--s1);
        white-space: nowrap;
      }
      .fact .icon {
        width: 0.875rem;
        height: 0.875rem;
      }
      .fact.bad {
        color: var(--warn);
        font-weight: 600;
      }
      .dot {
        width: 0.4375rem;
        height: 0.4375rem;
        border-radius: 50%;
        background: currentColor;
      }
      .direct .dot {
        background: var(--good);
      }
      .relayed .dot {
        background: none;
        border: 2px solid var(--good);
      }
      @media (max-width: 759px) {
        .wide {
          display: none;
        }
        header {
          padding-inline: var(--s3);
          gap: var(--s1);
        }
        .label {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        .square {
          width: var(--target);
          padding: 0;
        }
      }
    `,
  ]

  @query('earshot-room-name') private readonly name!: EarshotRoomName | null

  /** Puts the focus on the room's name. */
  override focus(): void {
    void this.updateComplete.then(() => this.name?.focus())
  }

  protected override renderRoom(view: RoomView, _port: RoomPort): unknown {
    return html`
      <header>
        <div class="name">
          <earshot-room-name></earshot-room-name>
          <div class="facts">
            <span class="fact">${icon(visibilityIcons[view.visibility])}${strings.visibility[view.visibility]}</span>
            ${this.#connection(view)}
          </div>
        </div>
        <earshot-sync></earshot-sync>
        <button
          class="button ghost round wide"
          type="button"
          aria-label=${strings.room.help}
          title=${strings.room.help}
          @click=${() => this.dispatchEvent(new OpenEvent('help'))}
        >
          ${icon('keyboard')}
        </button>
        <button
          class="button square"
          type="button"
          title=${strings.room.leave}
          @click=${() => this.dispatchEvent(new NavigateEvent('#/'))}
        >
          ${icon('leave')}<span class="label">${strings.room.leave}</span>
        </button>
        <button
          class="button primary square"
          type="button"
          title=${strings.room.invite}
          @click=${() => this.dispatchEvent(new OpenEvent('invite'))}
        >
          ${icon('invite')}<span class="label">${strings.room.invite}</span>
        </button>
      </header>
    `
  }

  #connection({ connection }: RoomView): unknown {
    const bad = connection.state === 'offline' || connection.state === 'no-route'
    const { title, text } = strings.connection[connection.state]
    return html`
      <span class="fact ${connection.state} ${bad ? 'bad' : ''}" title=${`${title}. ${text}`}
        ><span class="dot"></span>${strings.connection[connection.state].label}</span
      >
      ${connection.nodeDown && connection.state !== 'offline' ? html`<span class="fact bad">${icon('warning')}${strings.connection.nodeDown.label}</span>` : nothing}
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-header': EarshotHeader
  }
}
