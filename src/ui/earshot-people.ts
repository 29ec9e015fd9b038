import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { PersonView, RoomPort, RoomView } from '../app/room-view.ts'
import './earshot-face.ts'
import './earshot-me.ts'
import type { ProfileEvent } from './events.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/**
 * Who is here, and one's own name and face.
 * @event earshot-open - The settings were asked for.
 */
@customElement('earshot-people')
export class EarshotPeople extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      section {
        display: flex;
        flex-direction: column;
        min-height: 0;
        height: 100%;
      }
      .head {
        display: flex;
        align-items: baseline;
        gap: var(--s2);
        padding: var(--s4) var(--s5) var(--s2);
      }
      .head span {
        font-size: var(--text-s);
        color: var(--quiet);
      }
      ul {
        flex: 1;
        min-height: 0;
        padding: 0 var(--s4);
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--s3);
        min-height: 2.5rem;
        padding: var(--s1);
      }
      .name {
        flex: 1;
        min-width: 0;
        font-weight: 550;
      }
      .role {
        padding: 0.0625rem var(--s2);
        border-radius: var(--radius-pill);
        background: var(--soft);
        font-size: var(--text-xs);
        font-weight: 600;
      }
      li > .icon {
        width: 1rem;
        height: 1rem;
        color: var(--good);
      }
      .off {
        font-size: var(--text-xs);
        color: var(--quiet);
      }
      .away {
        opacity: 0.6;
      }
      earshot-me {
        padding: var(--s3) var(--s4) var(--s4) var(--s5);
      }
    `,
  ]

  protected override renderRoom(view: RoomView, _port: RoomPort): unknown {
    const here = view.people.filter((person) => person.here || person.isMe)
    return html`
      <section aria-labelledby="title">
        <div class="head">
          <h2 id="title">${strings.people.title}</h2>
          <span>${strings.people.count(here.length)}</span>
        </div>
        <ul class="scroll" aria-label=${strings.people.title} tabindex="0">
          ${repeat(
            here,
            (person) => person.peer,
            (person) => this.#person(person),
          )}
        </ul>
        <earshot-me .name=${view.me.name} .face=${view.me.face} @earshot-profile=${this.#onProfile}></earshot-me>
      </section>
    `
  }

  #person(person: PersonView): unknown {
    const role = strings.people.roles[person.role]
    return html`<li>
      <earshot-face .seed=${person.face}></earshot-face>
      <span class="name ellipsis"
        >${person.name}${person.isMe ? html` <span class="off">(${strings.people.you})</span>` : nothing}</span
      >
      ${role === '' ? nothing : html`<span class="role">${role}</span>`}
      ${
        person.listening
          ? html`${icon('headphones')}<span class="sr">${strings.people.listening}</span>`
          : html`<span class="off">${strings.people.notListening}</span>`
      }
    </li>`
  }

  readonly #onProfile = (event: ProfileEvent): void => {
    event.stopPropagation()
    const me = this.room.view?.me
    if (event.name !== me?.name) this.command((port) => port.rename(event.name))
    if (event.face !== me?.face) this.command((port) => port.changeFace(event.face))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-people': EarshotPeople
  }
}
