import { describe, expect, it } from 'vitest'
import { shortcutOf, type Key } from '../../src/ui/shortcuts.ts'

const key = (name: string, more: Partial<Key> = {}): Key => ({
  key: name,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...more,
})
const all = [' ', 'k', 'j', 'l', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'n', 'm', 'c', 'f', '?']

describe('shortcuts', () => {
  it('[UI-3] each key has its command, in capitals as well', () => {
    expect(all.map((name) => shortcutOf(key(name), 'page'))).toEqual([
      { kind: 'toggle-play' },
      { kind: 'toggle-play' },
      { kind: 'seek', byMs: -10_000 },
      { kind: 'seek', byMs: 10_000 },
      { kind: 'seek', byMs: -5_000 },
      { kind: 'seek', byMs: 5_000 },
      { kind: 'volume', by: 0.05 },
      { kind: 'volume', by: -0.05 },
      { kind: 'skip' },
      { kind: 'toggle-mute' },
      { kind: 'chat' },
      { kind: 'full-screen' },
      { kind: 'help' },
    ])
    expect(shortcutOf(key('K'), 'page')).toEqual({ kind: 'toggle-play' })
    expect(shortcutOf(key('x'), 'page')).toBeNull()
  })

  it('[UI-4] nothing happens while typing, and the browser’s own shortcuts stay its own', () => {
    for (const name of all) {
      expect(shortcutOf(key(name), 'text')).toBeNull()
      for (const held of ['ctrlKey', 'altKey', 'metaKey'] as const)
        expect(shortcutOf(key(name, { [held]: true }), 'page')).toBeNull()
    }
  })

  it('[UI-4] a focused control keeps Space and arrows, the letters work on', () => {
    const taken = all.filter((name) => shortcutOf(key(name), 'control') === null)
    expect(taken).toEqual([' ', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'])
  })
})
