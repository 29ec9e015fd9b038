import '@awesome.me/webawesome/dist/components/input/input.js'
import type WaInput from '@awesome.me/webawesome/dist/components/input/input.js'
import { ContextConsumer } from '@lit/context'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { AppPort } from '../app/app-port.ts'
import type { NodesPort, NodeView } from '../app/nodes.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import { appContext } from './context.ts'
import { attempt, messageOf } from './events.ts'
import { icon } from './icons.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** The nodes that this device uses, how each is doing, and a line to add one more. */
@customElement('earshot-nodes')
export class EarshotNodes extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      section {
        display: grid;
        gap: var(--s4);
      }
      p {
        font-size: var(--text-s);
        color: var(--quiet);
        text-wrap: pretty;
      }
      ul {
        border: 1px solid var(--line);
        border-radius: var(--radius-m);
        overflow: hidden;
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr auto;
        align-items: center;
        gap: var(--s3);
        min-height: 3.75rem;
        padding: var(--s2) var(--s2) var(--s2) var(--s4);
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .dot {
        width: 0.625rem;
        height: 0.625rem;
        border: 2px solid var(--edge);
        border-radius: 50%;
      }
      .connected .dot {
        border-color: var(--good);
        background: var(--good);
      }
      .away .dot {
        border-color: var(--warn);
      }
      strong {
        display: block;
        overflow-wrap: anywhere;
        font-size: var(--text-m);
        font-weight: 600;
        line-height: 1.3;
      }
      .state {
        font-size: var(--text-s);
        color: var(--quiet);
      }
      .away .state {
        color: var(--warn);
      }
      form {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: var(--s2);
        align-items: start;
      }
      form .button {
        /* Beside the field, below its label. */
        margin-top: calc(1.3 * var(--text-m) + 0.5em);
      }
      .problem {
        grid-column: 1 / -1;
        color: var(--danger);
        font-weight: 550;
      }
    `,
  ]

  @state() private problem = ''
  @state() private told = ''
  @query('wa-input') private readonly field!: WaInput | null
  @query('ul') private readonly list!: HTMLUListElement | null
  #stop: Unsubscribe | undefined
  /** Overlays stand before the program does: it is handed down later, and until then there is none. */
  readonly #app = new ContextConsumer(this, {
    context: appContext,
    subscribe: true,
    callback: (app: AppPort | undefined) => this.#follow(app?.nodes),
  })

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop?.()
  }

  protected override render(): unknown {
    const nodes = this.#app.value?.nodes
    if (nodes === undefined) return nothing
    return html`
      <section aria-labelledby="title">
        <h2 id="title">${strings.nodes.title}</h2>
        <p>${strings.nodes.about}</p>
        <ul aria-labelledby="title" tabindex="-1">
          ${repeat(
            nodes.views,
            ({ url }) => url,
            (view) => this.#node(view, nodes),
          )}
        </ul>
        <form @submit=${(event: SubmitEvent) => this.#onSubmit(event, nodes)}>
          <wa-input
            label=${strings.nodes.address}
            hint=${strings.nodes.addressHint}
            placeholder="node.example"
            autocomplete="off"
            autocapitalize="off"
            autocorrect="off"
            inputmode="url"
            enterkeyhint="done"
            .spellcheck=${false}
            @input=${() => (this.problem = '')}
          ></wa-input>
          <button class="button primary">${strings.nodes.add}</button>
          <p class="problem" role="alert" ?hidden=${this.problem === ''}>${this.problem}</p>
        </form>
        <p>${strings.nodes.privacy}</p>
        <span class="sr" role="status">${this.told}</span>
      </section>
    `
  }

  #node({ url, name, own, state }: NodeView, nodes: NodesPort): unknown {
    return html`<li class=${state}>
      <span class="dot"></span>
      <div>
        <strong>${name}</strong>
        <span class="state">${strings.nodes.states[state]}${own ? ` · ${strings.nodes.own}` : nothing}</span>
      </div>
      ${
        own
          ? nothing
          : html`<button
              class="button ghost round"
              type="button"
              aria-label=${strings.nodes.remove(name)}
              title=${strings.nodes.remove(name)}
              @click=${() => this.#remove(url, name, nodes)}
            >
              ${icon('trash')}
            </button>`
      }
    </li>`
  }

  #onSubmit(event: SubmitEvent, nodes: NodesPort): void {
    event.preventDefault()
    const { field } = this
    if (field === null) return
    nodes.add(field.value ?? '').then(
      () => {
        field.value = ''
        this.problem = ''
        this.told = strings.nodes.added
      },
      (error: unknown) => {
        this.problem = messageOf(error)
        field.focus()
      },
    )
  }

  #remove(url: string, name: string, nodes: NodesPort): void {
    attempt(this, nodes.remove(url))
    this.told = strings.nodes.removed(name)
    // The button that had the focus is gone.
    this.list?.focus()
  }

  #follow(nodes: NodesPort | undefined): void {
    this.#stop?.()
    this.#stop = nodes?.subscribe(() => this.requestUpdate())
    this.requestUpdate()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-nodes': EarshotNodes
  }
}
