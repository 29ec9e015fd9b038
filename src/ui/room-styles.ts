import { css } from 'lit'

/** How the parts of a room's page stand: one column and a dock on a phone, two on a tablet, three on a desktop and a TV. */
export const roomStyles = css`
  .page {
    --gutter: var(--s4);
    min-height: 100dvh;
    display: flex;
    flex-direction: column;
  }
  main {
    flex: 1;
    min-height: 0;
  }
  .stage {
    display: flex;
    flex-direction: column;
    gap: var(--s4);
  }
  .close {
    display: none;
  }
  .drop {
    position: fixed;
    z-index: 60;
    inset: 0;
    display: grid;
    place-items: center;
    padding: var(--s4);
    background: var(--scrim);
    pointer-events: none;
  }
  .drop div {
    display: grid;
    justify-items: center;
    gap: var(--s2);
    padding: var(--s7) var(--s8);
    border: 2px dashed var(--accent);
    border-radius: var(--radius-l);
    background: var(--surface);
    box-shadow: var(--shadow-far);
    text-align: center;
  }
  .drop strong {
    font-size: var(--text-xl);
    letter-spacing: -0.02em;
  }
  .drop span {
    color: var(--quiet);
  }
  .drop .icon {
    width: 3rem;
    height: 3rem;
    color: var(--accent);
  }

  /* Phone: the page scrolls, everyone's controls stay at hand in a dock. */
  @media (max-width: 759px) {
    .page {
      /* Height of everyone's controls. */
      --dock: 6.75rem;
      padding-top: env(safe-area-inset-top);
      padding-bottom: calc(var(--dock) + env(safe-area-inset-bottom));
    }
    .ruled {
      --dock: 8.25rem;
    }
    .stage {
      gap: var(--s3);
      padding: 0 var(--s4) var(--s2);
      overflow: visible;
    }
    earshot-now {
      --cover: min(52vw, 26dvh);
      --picture-height: 34dvh;
    }
    .crowded earshot-now {
      --cover: min(48vw, 24dvh);
    }
    .silent earshot-now {
      --cover: min(40vw, 18dvh);
    }
    earshot-transport {
      position: fixed;
      z-index: 30;
      inset: auto 0 0;
      padding: var(--s1) var(--s4) calc(var(--s2) + env(safe-area-inset-bottom));
      border-top: 1px solid var(--line);
      background: var(--surface);
      box-shadow: 0 -0.5rem 2rem var(--shade);
    }
  }

  @media (max-width: 1179px) {
    aside {
      display: none;
      flex-direction: column;
    }
    [data-panel='chat'] aside,
    [data-panel='people'] aside {
      display: flex;
      position: fixed;
      z-index: 20;
      background: var(--surface);
    }
    [data-panel='chat'] earshot-people,
    [data-panel='people'] earshot-chat {
      display: none;
    }
    [data-panel='chat'] earshot-chat,
    [data-panel='people'] earshot-people {
      flex: 1;
      min-height: 0;
      padding-top: var(--s4);
    }
    .close {
      display: inline-flex;
      position: absolute;
      z-index: 1;
      top: var(--s2);
      right: var(--s2);
    }
  }
  @media (max-width: 759px) {
    [data-panel='chat'] aside,
    [data-panel='people'] aside {
      inset: 0;
      padding: env(safe-area-inset-top) 0 calc(var(--dock) + env(safe-area-inset-bottom));
    }
  }

  /* Wider: nothing scrolls but the lists. */
  @media (min-width: 760px) {
    .page {
      --gutter: var(--s5);
      height: 100dvh;
    }
    main {
      display: grid;
      grid-template-columns: minmax(20rem, 1fr) minmax(22rem, 1fr);
      grid-template-rows: minmax(0, 1fr);
      gap: var(--s5);
      padding: 0 var(--gutter) var(--gutter);
    }
    /* Whatever comes into it, the column stands whole: what plays measures it, and its picture gives way. */
    .stage {
      container-type: size;
      justify-content: safe center;
      padding: var(--s2) var(--s3);
    }
    .stage > * {
      flex: none;
    }
    earshot-now {
      --cover: min(100cqi, 42dvh);
      --picture-height: 52dvh;
    }
    earshot-queue,
    aside {
      border: 1px solid var(--line);
      border-radius: var(--radius-l);
      background: var(--surface);
      overflow: hidden;
    }
  }
  @media (min-width: 760px) and (max-height: 820px) {
    .stage {
      gap: var(--s3);
    }
    earshot-now {
      --cover: min(100cqi, 36dvh);
    }
  }
  @media (min-width: 760px) and (max-width: 1179px) {
    [data-panel='chat'] aside,
    [data-panel='people'] aside {
      inset: 4.5rem var(--s4) var(--s4) auto;
      width: min(26rem, 60vw);
      box-shadow: var(--shadow-far);
    }
  }
  @media (min-width: 1180px) {
    main {
      grid-template-columns: minmax(22rem, 1.05fr) minmax(24rem, 1.2fr) minmax(19rem, 0.85fr);
      max-width: 110rem;
      width: 100%;
      margin: 0 auto;
    }
    .watching main {
      grid-template-columns: minmax(26rem, 1.9fr) minmax(20rem, 1fr) minmax(17rem, 0.75fr);
      max-width: none;
    }
    aside {
      display: flex;
      flex-direction: column;
    }
    earshot-people {
      flex: 0 1 auto;
      min-height: 9rem;
      max-height: 42%;
      border-bottom: 1px solid var(--line);
      display: flex;
      flex-direction: column;
    }
    earshot-chat {
      flex: 1 1 0;
      min-height: 0;
    }
  }
`
