import type { PersonView } from '../../../src/app/room-view.ts'
import type { PeerId } from '../../../src/domain/ids.ts'

const person = (name: string, more: Partial<PersonView> = {}): PersonView => ({
  peer: `12D3KooW${name}` as PeerId,
  name,
  face: name,
  role: 'listener',
  isMe: false,
  here: true,
  listening: true,
  ...more,
})

export const ada = person('Ada', { role: 'founder' })
export const me = person('Quiet Heron', { isMe: true })
export const bo = person('Bo Lindqvist', { role: 'host' })
export const chidi = person('Chidi')
export const yuki = person('雪', { listening: false })
export const maximiliane = person('Maximiliane-Friederike von Hohenstein', { listening: false })
export const others = ['Noor', 'Tomás', 'Ines', 'Per', 'Wren'].map((name) => person(name))
export const everyone = [ada, me, bo, chidi, yuki, maximiliane, ...others]

export const roomFragment = `#/r/${'A'.repeat(43)}`
