import { css } from 'lit'

/** Rooms to choose from, as cards in a grid: a cover, a name, and lines about it. */
export const cardStyles = css`
  ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr));
    gap: var(--s2);
  }
  li {
    display: flex;
    align-items: center;
    border: 1px solid var(--line);
    border-radius: var(--radius-m);
    background: var(--surface);
  }
  li:hover {
    border-color: var(--edge);
  }
  a {
    flex: 1;
    min-width: 0;
    display: flex;
    align-items: center;
    gap: var(--s3);
    padding: var(--s3);
    border-radius: inherit;
    color: inherit;
    text-decoration: none;
  }
  a > div {
    min-width: 0;
    display: grid;
    gap: 2px;
  }
  strong {
    font-weight: 650;
  }
  .line {
    font-size: var(--text-s);
    color: var(--quiet);
  }
`
