import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import './earshot-face.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Faces and names that are shown before "and 5 more". */
const SHOWN = 3

/** The way in: who is here, and one big button that takes the tap browsers ask for before they let a page sound. Gone once sound is on. */
@customElement('earshot-listen')
export class EarshotListen extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      .gate {
        display: grid;
        justify-items: center;
        gap: var(--s4);
        text-align: center;
      }
      .here {
        display: flex;
        align-items: center;
        gap: var(--s3);
        font-size: var(--text-s);
        font-weight: 550;
      }
      .faces {
        display: flex;
      }
      earshot-face {
        --size: 2.25rem;
        margin-left: -0.625rem;
        box-shadow: 0 0 0 2px var(--bg);
      }
      earshot-face:first-child {
        margin-left: 0;
      }
      .listen {
        width: min(100%, 22rem);
        min-height: 3.75rem;
        font-size: 1.25rem;
        font-weight: 750;
        box-shadow: 0 0.75rem 2.5rem color-mix(in oklab, var(--accent) 35%, transparent);
      }
      .listen:focus-visible {
        box-shadow: var(--ring);
      }
      .listen .icon {
        width: 1.625rem;
        height: 1.625rem;
      }
      .hint {
        font-size: var(--text-s);
        color: var(--quiet);
      }
      @media (max-width: 759px) {
        .gate {
          gap: var(--s3);
        }
        .listen {
          width: 100%;
          min-height: 3.5rem;
        }
      }
    `,
  ]

  protected override renderRoom(view: RoomView, _port: RoomPort): unknown {
    if (view.sound.state !== 'locked') return nothing
    const others = view.people.filter((person) => person.here && !person.isMe)
    return html`
      <div class="gate">
        <div class="here">
          ${
            others.length === 0
              ? html`<span class="quiet">${strings.listen.alone}</span>`
              : html`<span class="faces"
                    >${others.slice(0, SHOWN).map((person) => html`<earshot-face .seed=${person.face}></earshot-face>`)}</span
                  >
                  <span
                    >${strings.listen.here(
                      others.slice(0, SHOWN).map((person) => person.name),
                      others.length - SHOWN,
                    )}</span
                  >`
          }
        </div>
        <button class="button primary listen" type="button" @click=${() => this.command((port) => port.listen())}>
          ${icon('headphones')}${strings.listen.listen}
        </button>
        <p class="hint">
          ${view.sound.away ? strings.listen.away : view.now === null ? strings.listen.silent : strings.listen.hint}
        </p>
      </div>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-listen': EarshotListen
  }
}
