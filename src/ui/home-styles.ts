import { css } from 'lit'

/** How the start page stands: words and form side by side where there is room, in one column on a phone. */
export const homeStyles = css`
  .page {
    max-width: 72rem;
    min-height: 100dvh;
    margin: 0 auto;
    padding: var(--s4) var(--s4) var(--s7);
    display: flex;
    flex-direction: column;
  }
  header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--s5);
    min-height: 3.5rem;
  }
  earshot-me {
    width: min(17rem, 62vw);
  }
  .logo {
    display: inline-flex;
    align-items: center;
    gap: var(--s2);
    font-size: 1.375rem;
    font-weight: 800;
    letter-spacing: -0.03em;
  }
  .logo svg {
    width: 1.875rem;
    height: 1.875rem;
    color: var(--accent);
  }
  main {
    display: grid;
    gap: var(--s6);
    margin: var(--s6) 0 auto;
  }
  h1 {
    margin: 0;
    font-size: clamp(2.25rem, 1.25rem + 4vw, 4rem);
    font-weight: 800;
    letter-spacing: -0.04em;
    line-height: 1.04;
    text-wrap: balance;
  }
  /* No control: the focus is there to read on from, and shows with the next key. */
  h1:focus {
    outline: none;
  }
  .hero p {
    max-width: 34rem;
    margin-top: var(--s4);
    font-size: var(--text-l);
    line-height: 1.55;
    color: var(--quiet);
  }
  form {
    display: grid;
    gap: var(--s2);
    padding: var(--s5);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
    box-shadow: var(--shadow-far);
  }
  .field {
    font-size: var(--text-s);
    font-weight: 650;
  }
  #room-name {
    min-height: 3.25rem;
    padding: 0 var(--s4);
    border: 1px solid var(--edge);
    border-radius: var(--radius-m);
    background: var(--bg);
    font-size: var(--text-l);
    font-weight: 550;
  }
  #room-name::placeholder {
    color: var(--quiet);
    font-weight: 400;
    opacity: 1;
  }
  fieldset {
    display: grid;
    gap: var(--s1);
    margin: var(--s3) 0;
    padding: 0;
    border: none;
  }
  legend {
    padding: 0 0 var(--s2);
  }
  .choice {
    display: grid;
    grid-template-columns: auto auto 1fr;
    align-items: center;
    gap: var(--s3);
    padding: var(--s2) var(--s3);
    min-height: var(--target);
    border: 1px solid transparent;
    border-radius: var(--radius-m);
    cursor: pointer;
  }
  .choice:hover {
    background: var(--raised);
  }
  .choice:has(:checked) {
    background: var(--soft);
  }
  .choice:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 1px;
  }
  .choice input {
    width: 1.125rem;
    height: 1.125rem;
    margin: 0;
    accent-color: var(--accent);
    outline: none;
  }
  .choice strong {
    display: block;
    font-weight: 650;
    line-height: 1.3;
  }
  .choice .text {
    display: block;
    font-size: var(--text-s);
    line-height: 1.35;
    color: color-mix(in oklab, var(--quiet), var(--text) 25%);
  }
  .start {
    min-height: 3.5rem;
    font-size: var(--text-l);
    font-weight: 700;
  }
  .promises {
    display: grid;
    gap: var(--s4);
  }
  .promises li {
    display: flex;
    gap: var(--s3);
    font-size: var(--text-s);
  }
  .promises .icon {
    margin-top: 0.125rem;
    color: var(--accent);
  }
  .promises strong {
    display: block;
    font-size: var(--text-m);
    font-weight: 650;
  }
  .promises span {
    color: var(--quiet);
  }
  @media (min-width: 900px) {
    .page {
      padding: var(--s5) var(--s6) var(--s6);
    }
    header {
      margin-bottom: var(--s5);
    }
    main {
      grid-template-columns: minmax(0, 1.15fr) minmax(24rem, 0.85fr);
      grid-template-rows: auto 1fr;
      column-gap: var(--s8);
      row-gap: var(--s6);
      margin-block: auto;
      align-items: start;
    }
    form {
      grid-area: 1 / 2 / span 2;
    }
    .hero {
      align-self: end;
      padding-top: var(--s4);
    }
    .promises {
      grid-area: 2 / 1;
      grid-template-columns: repeat(3, 1fr);
    }
    .promises li {
      flex-direction: column;
    }
    earshot-paste,
    earshot-recent,
    earshot-lobby {
      grid-column: 1 / -1;
    }
  }
`
