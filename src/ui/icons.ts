import { html, svg, type TemplateResult } from 'lit'

/** Earshot's own icons: 24 x 24, drawn with strokes of 2 in the colour of the text; filled where `fill` says so. */
const drawings = {
  play: { fill: 'M7 4.8v14.4a1 1 0 0 0 1.5.86l12-7.2a1 1 0 0 0 0-1.72l-12-7.2A1 1 0 0 0 7 4.8Z' },
  pause: {
    fill: 'M7.5 4h2A1.5 1.5 0 0 1 11 5.5v13A1.5 1.5 0 0 1 9.5 20h-2A1.5 1.5 0 0 1 6 18.5v-13A1.5 1.5 0 0 1 7.5 4Zm7 0h2A1.5 1.5 0 0 1 18 5.5v13a1.5 1.5 0 0 1-1.5 1.5h-2a1.5 1.5 0 0 1-1.5-1.5v-13A1.5 1.5 0 0 1 14.5 4Z',
  },
  skip: {
    fill: 'M5 5.3v13.4a1 1 0 0 0 1.55.83L16 13.3v5.2a1.25 1.25 0 0 0 2.5 0v-13a1.25 1.25 0 0 0-2.5 0v5.2L6.55 4.47A1 1 0 0 0 5 5.3Z',
  },
  plus: { stroke: 'M12 5v14M5 12h14' },
  close: { stroke: 'm6 6 12 12M18 6 6 18' },
  check: { stroke: 'm5 12.5 4.5 4.5L19 7.5' },
  volume: { stroke: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11' },
  muted: { stroke: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM16 9.5l5 5M21 9.5l-5 5' },
  chat: { stroke: 'M20 11.5a7.5 7 0 0 1-11 6.2L4 19l1.4-4A7.5 7 0 1 1 20 11.5Z' },
  people: {
    stroke:
      'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 19.5c0-3 2.7-5 6-5s6 2 6 5M16 4.8a3.5 3.5 0 0 1 0 6.4M17.5 14.9c2.1.7 3.5 2.4 3.5 4.6',
  },
  invite: {
    stroke:
      'M10 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM4 19.5c0-3 2.7-5 6-5 1.2 0 2.3.25 3.2.7M18.5 13.5v6M15.5 16.5h6',
  },
  settings: {
    stroke:
      'M4 7h8.5M17.5 7H20M4 17h2.5M11.5 17H20M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  },
  leave: { stroke: 'M14 4H7a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h7M11 12h9.5M17 8l4 4-4 4' },
  up: { stroke: 'm6 14.5 6-6 6 6' },
  down: { stroke: 'm6 9.5 6 6 6-6' },
  front: { stroke: 'M6 4.5h12M12 20V9M7.5 13 12 8.5l4.5 4.5' },
  trash: {
    stroke:
      'M4.5 6.5h15M9 6.5v-2h6v2M6.5 6.5l.8 12a1.5 1.5 0 0 0 1.5 1.5h6.4a1.5 1.5 0 0 0 1.5-1.5l.8-12M10 10.5v6M14 10.5v6',
  },
  dice: { stroke: 'M19.5 8.5A8 8 0 1 0 20 13M20 4v5h-5' },
  link: {
    stroke:
      'M10 14.5a4 4 0 0 0 6 .3l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 9.5a4 4 0 0 0-6-.3l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2',
  },
  globe: {
    stroke:
      'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c2.6 2.5 3.8 5.5 3.8 9S14.6 18.5 12 21c-2.6-2.5-3.8-5.5-3.8-9S9.4 5.5 12 3Z',
  },
  lock: {
    stroke:
      'M6.5 10.5h11A1.5 1.5 0 0 1 19 12v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5ZM8 10.5V7.5a4 4 0 0 1 8 0v3',
  },
  shield: { stroke: 'M12 3.5 5 6v5.5c0 4.3 2.9 7.5 7 9 4.1-1.5 7-4.7 7-9V6l-7-2.5ZM9 12l2.2 2.2L15.2 10' },
  headphones: {
    stroke:
      'M4 17.5V13a8 8 0 0 1 16 0v4.5M4 15h2.5A1.5 1.5 0 0 1 8 16.5v2A1.5 1.5 0 0 1 6.5 20H5.5A1.5 1.5 0 0 1 4 18.5V15ZM20 15h-2.5a1.5 1.5 0 0 0-1.5 1.5v2a1.5 1.5 0 0 0 1.5 1.5h1a1.5 1.5 0 0 0 1.5-1.5V15Z',
  },
  music: {
    stroke:
      'M9 17.5V6l10.5-2v11.5M9 17.5a2.75 2.5 0 1 1-5.5 0 2.75 2.5 0 0 1 5.5 0ZM19.5 15.5a2.75 2.5 0 1 1-5.5 0 2.75 2.5 0 0 1 5.5 0Z',
  },
  wave: { stroke: 'M3 12h1.5M7.5 8v8M11 4.5v15M14.5 8.5v7M18 6v12M21 12h.01' },
  warning: { stroke: 'M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17.2v.01' },
  offline: {
    stroke:
      'm3 3 18 18M8.5 15.5a5 5 0 0 1 7 0M5.2 12.2a9.7 9.7 0 0 1 4-2.4M2 8.8a14 14 0 0 1 4-2.5M22 8.8a14.2 14.2 0 0 0-11.5-4M18.8 12.2a9.6 9.6 0 0 0-3.3-2.1M12 19h.01',
  },
  clock: { stroke: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5.2l3.5 2' },
  send: { stroke: 'M12 19.5v-15M5.5 11 12 4.5l6.5 6.5' },
  keyboard: {
    stroke:
      'M4.5 6h15A1.5 1.5 0 0 1 21 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6ZM7 10h.01M11 10h.01M15 10h.01M8 14h8',
  },
  pencil: { stroke: 'M4.5 19.5 5.5 15 15.8 4.7a1.8 1.8 0 0 1 2.5 0l1 1a1.8 1.8 0 0 1 0 2.5L9 18.5l-4.5 1Z' },
  expand: { stroke: 'M9 4.5H4.5V9M15 4.5h4.5V9M9 19.5H4.5V15M15 19.5h4.5V15' },
  shrink: { stroke: 'M4.5 9H9V4.5M19.5 9H15V4.5M4.5 15H9v4.5M19.5 15H15v4.5' },
  share: { stroke: 'M12 15V3.5M7.5 8 12 3.5 16.5 8M5 12.5v6A1.5 1.5 0 0 0 6.5 20h11a1.5 1.5 0 0 0 1.5-1.5v-6' },
} as const satisfies Record<string, { readonly stroke: string } | { readonly fill: string }>

export type IconName = keyof typeof drawings

/** An icon as inline SVG: hidden from assistive technology, since the control around it carries the name. */
export function icon(name: IconName): TemplateResult {
  const drawing = drawings[name]
  const path =
    'fill' in drawing
      ? svg`<path fill="currentColor" d=${drawing.fill} />`
      : svg`<path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" d=${drawing.stroke} />`
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${path}</svg>`
}

/** The same icon as an SVG file's text. */
export function iconFile(name: IconName): string {
  const drawing = drawings[name]
  const path =
    'fill' in drawing
      ? `<path fill="currentColor" d="${drawing.fill}"/>`
      : `<path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" d="${drawing.stroke}"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${path}</svg>`
}
