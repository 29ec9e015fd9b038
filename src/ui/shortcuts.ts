/** What a key asks for in a room. */
export type Shortcut =
  | { readonly kind: 'toggle-play' | 'skip' | 'toggle-mute' | 'chat' | 'help' | 'full-screen' }
  | { readonly kind: 'seek'; readonly byMs: number }
  | { readonly kind: 'volume'; readonly by: number }

/** The part of a KeyboardEvent that decides. */
export interface Key {
  readonly key: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

/** Where the key was pressed: `text` takes letters, `control` takes Space and arrows, `page` nothing. */
export type KeyPlace = 'text' | 'control' | 'page'

/** The command of a key, or null. Never while typing; Space and arrows stay with a focused control; J, K, L and the like do not. */
export function shortcutOf(event: Key, place: KeyPlace): Shortcut | null {
  if (place === 'text' || event.ctrlKey || event.altKey || event.metaKey) return null
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (place === 'control' && (key === ' ' || key.startsWith('Arrow'))) return null
  switch (key) {
    case ' ':
    case 'k':
      return { kind: 'toggle-play' }
    case 'j':
      return { kind: 'seek', byMs: -10_000 }
    case 'l':
      return { kind: 'seek', byMs: 10_000 }
    case 'ArrowLeft':
      return { kind: 'seek', byMs: -5_000 }
    case 'ArrowRight':
      return { kind: 'seek', byMs: 5_000 }
    case 'ArrowUp':
      return { kind: 'volume', by: 0.05 }
    case 'ArrowDown':
      return { kind: 'volume', by: -0.05 }
    case 'n':
      return { kind: 'skip' }
    case 'm':
      return { kind: 'toggle-mute' }
    case 'c':
      return { kind: 'chat' }
    case 'f':
      return { kind: 'full-screen' }
    case '?':
      return { kind: 'help' }
    default:
      return null
  }
}

/** Whether holding the key goes on with it: a held N would skip the whole queue. */
export const goesOn = ({ kind }: Shortcut): boolean => kind === 'seek' || kind === 'volume'

const TEXT_INPUTS = /^(?!range|checkbox|radio|button|submit|reset|file|color|image).*$/

/** Where a key event comes from, seen through all shadow roots. */
export function placeOf(path: readonly EventTarget[]): KeyPlace {
  const target = path[0]
  if (!(target instanceof Element)) return 'page'
  if (target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable))
    return 'text'
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.test(target.type) ? 'text' : 'control'
  return target.closest('button, a[href], select, summary, [role="radio"], [role="switch"], [role="slider"]') === null
    ? 'page'
    : 'control'
}
