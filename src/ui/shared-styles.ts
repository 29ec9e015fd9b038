import { css } from 'lit'

/** What every element's shadow root needs: box sizing, icons, buttons, focus, hidden text. Sizes and colours are tokens. */
export const sharedStyles = css`
  :host {
    display: block;
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  button,
  input {
    font: inherit;
    color: inherit;
  }
  h2 {
    font-size: var(--text-l);
    font-weight: 700;
    letter-spacing: -0.01em;
    line-height: 1.25;
  }
  .icon {
    display: block;
    width: 1.25rem;
    height: 1.25rem;
    flex: none;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .quiet {
    color: var(--quiet);
  }
  .ellipsis {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--s2);
    min-height: var(--target);
    padding: 0 var(--s4);
    border: 1px solid transparent;
    border-radius: var(--radius-pill);
    background: var(--raised);
    color: var(--text);
    font-size: var(--text-m);
    font-weight: 600;
    line-height: 1.2;
    text-decoration: none;
    cursor: pointer;
    transition:
      background var(--fast),
      color var(--fast),
      transform var(--fast);
    -webkit-tap-highlight-color: transparent;
    touch-action: manipulation;
  }
  .button:hover {
    background: color-mix(in oklab, var(--raised), var(--text) 10%);
  }
  .button:active {
    transform: scale(0.97);
  }
  .button.primary {
    background: var(--accent);
    color: var(--on-accent);
  }
  .button.primary:hover {
    background: var(--accent-hover);
  }
  .button.ghost {
    background: transparent;
  }
  .button.ghost:hover {
    background: var(--raised);
  }
  .button.round {
    width: var(--target);
    padding: 0;
    flex: none;
  }
  .button[aria-disabled='true'],
  .button:disabled {
    background: var(--raised);
    color: var(--quiet);
    opacity: 0.72;
    cursor: not-allowed;
    transform: none;
  }
  .button.ghost[aria-disabled='true'],
  .button.ghost:disabled {
    background: transparent;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .button:focus-visible {
    outline: none;
    box-shadow: var(--ring);
  }
  /* What has the focus is not left behind the dock (WCAG 2.4.11). */
  .button,
  input,
  summary {
    scroll-margin-bottom: calc(var(--dock, 0rem) + var(--s4));
  }
  .scroll {
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--line) transparent;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
`

/** Sliders: a thin line that fills up to `--fill` (0% to 100%), with a thumb that is large enough for a finger. */
export const sliderStyles = css`
  input[type='range'] {
    --track: var(--accent);
    appearance: none;
    width: 100%;
    height: var(--target);
    margin: 0;
    background: transparent;
    cursor: pointer;
    touch-action: pan-y;
  }
  input[type='range']::-webkit-slider-runnable-track {
    height: 0.375rem;
    border-radius: var(--radius-pill);
    background: linear-gradient(
      to right,
      var(--track) var(--fill, 0%),
      color-mix(in oklab, var(--text) 16%, transparent) var(--fill, 0%)
    );
  }
  input[type='range']::-moz-range-track {
    height: 0.375rem;
    border-radius: var(--radius-pill);
    background: linear-gradient(
      to right,
      var(--track) var(--fill, 0%),
      color-mix(in oklab, var(--text) 16%, transparent) var(--fill, 0%)
    );
  }
  input[type='range']::-webkit-slider-thumb {
    appearance: none;
    width: 1rem;
    height: 1rem;
    margin-top: -0.3125rem;
    border: none;
    border-radius: 50%;
    background: var(--track);
    box-shadow: 0 1px 4px var(--shade);
    transition: scale var(--fast);
  }
  input[type='range']::-moz-range-thumb {
    width: 1rem;
    height: 1rem;
    border: none;
    border-radius: 50%;
    background: var(--track);
  }
  input[type='range']:hover::-webkit-slider-thumb,
  input[type='range']:active::-webkit-slider-thumb {
    scale: 1.2;
  }
  input[type='range']:focus-visible {
    outline: none;
  }
  input[type='range']:focus-visible::-webkit-slider-thumb {
    box-shadow: var(--ring);
  }
  input[type='range']:focus-visible::-moz-range-thumb {
    box-shadow: var(--ring);
  }
  input[type='range']:disabled {
    cursor: not-allowed;
    --track: var(--edge);
  }
`
