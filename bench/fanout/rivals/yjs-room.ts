import * as Y from 'yjs'
import type { Random } from '../../../src/domain/scheduler.ts'
import { seededRandom } from '../../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../../src/net/memory/virtual-time.ts'
import { turn } from '../paths.ts'
import type { Person, Room, Traffic } from '../talk.ts'

/** A message as large as a signed record of Earshot's: both carry the same words, Earshot's a signature too. */
const FILLER = new Uint8Array(230)

export interface YPerson extends Person {
  readonly doc: Y.Doc
}

/** Plain Yjs documents in one room in virtual time: how they are joined is each rival's own. */
export abstract class YjsRoom implements Room<YPerson> {
  people: readonly YPerson[] = []
  onText: Room<YPerson>['onText'] = () => {}
  protected readonly time = new VirtualTime({ turn })
  protected readonly random: Random
  #messages = 0
  #bytes = 0

  constructor(seed: number) {
    process.setMaxListeners(0) // y-webrtc and y-websocket listen for the end of the process in each room
    this.random = seededRandom(seed)
  }

  get traffic(): Traffic {
    return { messages: this.#messages, bytes: this.#bytes }
  }

  nowMs(): number {
    return this.time.nowMs()
  }

  pass(ms: number): Promise<void> {
    return this.time.advance(ms)
  }

  vanish(): void {
    throw new Error('rivals are measured while everyone stays')
  }

  abstract close(): void

  protected count(message: Uint8Array): void {
    this.#messages++
    this.#bytes += message.length
  }

  protected enter(): YPerson {
    const doc = new Y.Doc()
    const chat = doc.getMap('chat')
    const person: YPerson = { doc, write: (text) => void chat.set(text, FILLER) }
    chat.observe(({ keysChanged }) => {
      for (const text of keysChanged) if (text !== null) this.onText(person, text, this.nowMs())
    })
    this.people = [...this.people, person]
    return person
  }
}
