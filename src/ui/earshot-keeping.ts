import '@awesome.me/webawesome/dist/components/switch/switch.js'
import type WaSwitch from '@awesome.me/webawesome/dist/components/switch/switch.js'
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { live } from 'lit/directives/live.js'
import { repeat } from 'lit/directives/repeat.js'
import type { KeepingView, RoomPort, RoomView } from '../app/room-view.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import { attempt } from './events.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Which nodes keep this room: a switch for each for hosts, a line for everyone else. Empty where no node keeps rooms. */
@customElement('earshot-keeping')
export class EarshotKeeping extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      div {
        display: grid;
        gap: var(--s2);
        padding-top: var(--s4);
        border-top: 1px solid var(--line);
      }
      wa-switch {
        font-weight: 600;
      }
      p {
        font-size: var(--text-s);
        color: var(--quiet);
      }
    `,
  ]

  #stop: Unsubscribe | undefined
  #followed: RoomPort | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop?.()
    this.#followed = undefined
  }

  protected override renderRoom(room: RoomView, port: RoomPort): unknown {
    this.#follow(port)
    return repeat(
      port.keeping.views,
      ({ node }) => node,
      (view, at) => this.#node(view, `about-${at}`, room, port),
    )
  }

  #node(view: KeepingView, about: string, room: RoomView, port: RoomPort): unknown {
    if (room.myRole === 'listener')
      return view.state === 'off' ? nothing : html`<div><p>${strings.keeping.isKept(view.node)}</p></div>`
    const theirs = view.state !== 'off' && !view.mine
    return html`
      <div>
        <wa-switch
          .checked=${live(view.state !== 'off')}
          ?disabled=${theirs || view.state === 'away'}
          aria-busy=${view.busy}
          aria-describedby=${about}
          @change=${(event: Event) => this.#onChange(event, view.node, port)}
        >
          ${strings.keeping.keep(view.node)}
        </wa-switch>
        <p id=${about}>${aboutKeeping(view, room)}</p>
        <p role="status">${status(view, theirs)}</p>
      </div>
    `
  }

  #follow(port: RoomPort): void {
    if (this.#followed === port) return
    this.#stop?.()
    this.#followed = port
    this.#stop = port.keeping.subscribe(() => this.requestUpdate())
  }

  #onChange(event: Event, node: string, port: RoomPort): void {
    const { checked } = event.target as WaSwitch
    // What the switch shows is what the node said, also when it refuses.
    attempt(
      this,
      port.keeping.keep(node, checked).finally(() => this.requestUpdate()),
    )
  }
}

const aboutKeeping = ({ state }: KeepingView, { visibility }: RoomView): string =>
  [...(state === 'off' ? [strings.keeping.why] : []), strings.keeping.reads[visibility]].join(' ')

function status({ state, days, busy }: KeepingView, theirs: boolean): string {
  if (busy) return strings.keeping.busy
  const told = strings.keeping.states[state]
  return [typeof told === 'string' ? told : told(days), ...(theirs ? [strings.keeping.theirs] : [])].join(' ')
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-keeping': EarshotKeeping
  }
}
