import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { ImportView, RoomPort, RoomView } from '../app/room-view.ts'
import { percent } from './format.ts'
import { icon } from './icons.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Files that are being read, with progress and cancel; files that could not be, with the reason. */
@customElement('earshot-imports')
export class EarshotImports extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      ul {
        display: grid;
        gap: var(--s2);
        margin-bottom: var(--s3);
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--s2);
        padding: var(--s1) var(--s1) var(--s1) var(--s3);
        border-radius: var(--radius-m);
        background: var(--raised);
        font-size: var(--text-s);
      }
      li.failed {
        background: var(--danger-soft);
      }
      li.failed > .icon {
        color: var(--danger);
      }
      strong {
        font-weight: 600;
      }
      .bar {
        height: 0.25rem;
        margin-top: var(--s1);
        border-radius: 1rem;
        background: linear-gradient(
          to right,
          var(--accent) var(--fill),
          color-mix(in oklab, var(--text) 16%, transparent) var(--fill)
        );
      }
      .why {
        line-height: 1.35;
        padding-bottom: var(--s1);
      }
    `,
  ]

  protected override renderRoom({ imports }: RoomView, port: RoomPort): unknown {
    if (imports.length === 0) return nothing
    return html`<ul>
      ${repeat(
        imports,
        (item) => item.id,
        (item) => (item.state === 'failed' ? this.#failed(item, port) : this.#reading(item, port)),
      )}
    </ul>`
  }

  #reading(item: ImportView, port: RoomPort): unknown {
    const done = percent(item.fraction)
    return html`<li>
      ${icon('music')}
      <div>
        <div class="ellipsis">${strings.imports.reading(item.fileName)}</div>
        <div
          class="bar"
          role="progressbar"
          aria-label=${strings.imports.reading(item.fileName)}
          aria-valuenow=${done}
          style="--fill: ${done}%"
        ></div>
      </div>
      ${this.#close(strings.imports.cancel(item.fileName), () => port.cancelImport(item.id))}
    </li>`
  }

  #failed(item: ImportView, port: RoomPort): unknown {
    return html`<li class="failed">
      ${icon('warning')}
      <div role="alert">
        <strong>${strings.imports.failed(item.fileName)}</strong>
        <div class="why">${item.message}</div>
      </div>
      ${this.#close(strings.imports.dismiss(item.fileName), () => port.cancelImport(item.id))}
    </li>`
  }

  #close(label: string, press: () => void): unknown {
    return html`<button class="button ghost round" type="button" aria-label=${label} title=${label} @click=${press}>
      ${icon('close')}
    </button>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-imports': EarshotImports
  }
}
