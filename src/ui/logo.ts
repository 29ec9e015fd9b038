import { html } from 'lit'
import { strings } from './strings.ts'

/** The sign: one source, two waves that reach everyone at once; and the name. Styled by `.logo` of the element that shows it. */
export const logo = html`<span class="logo">
  <svg viewBox="0 0 32 32" aria-hidden="true">
    <circle cx="9" cy="23" r="4.5" fill="currentColor" />
    <path
      d="M9 12.5A10.5 10.5 0 0 1 19.5 23M9 4.5A18.5 18.5 0 0 1 27.5 23"
      fill="none"
      stroke="currentColor"
      stroke-width="3.6"
      stroke-linecap="round"
    />
  </svg>
  ${strings.app}
</span>`
