import { css } from 'lit'

/** Fields that one types into or chooses from, and the labels above them. */
export const fieldStyles = css`
  label.of {
    display: grid;
    gap: var(--s1);
    min-width: 0;
    font-size: var(--text-s);
    font-weight: 650;
  }
  label.of input,
  label.of select {
    width: 100%;
    min-width: 0;
    min-height: var(--target);
    padding: 0 var(--s3);
    border: 1px solid var(--edge);
    border-radius: var(--radius-m);
    background: var(--bg);
    color: var(--text);
    font: inherit;
    font-size: var(--text-m);
    font-weight: 450;
  }
  label.of input::placeholder {
    color: var(--quiet);
  }
`
