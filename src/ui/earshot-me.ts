import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import './earshot-profile.ts'
import { OpenEvent } from './events.ts'
import { icon } from './icons.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/**
 * One's own name and face, and the way to the settings of this device.
 * @event earshot-profile - A new name or face; holds both.
 * @event earshot-open - The settings were asked for.
 */
@customElement('earshot-me')
export class EarshotMe extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: var(--s1);
      }
      earshot-profile {
        flex: 1;
        min-width: 0;
      }
    `,
  ]

  @property() name = ''
  @property() face = ''

  protected override render(): unknown {
    return html`
      <earshot-profile .name=${this.name} .face=${this.face}></earshot-profile>
      <button
        class="button ghost round"
        type="button"
        aria-label=${strings.settings.title}
        title=${strings.settings.title}
        @click=${() => this.dispatchEvent(new OpenEvent('settings'))}
      >
        ${icon('settings')}
      </button>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-me': EarshotMe
  }
}
