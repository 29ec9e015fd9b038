import { byTime } from './order.ts'
import type { VerifiedRecord } from './record.ts'
import type { ChatMessage } from './room-state.ts'

type MessageRecord = VerifiedRecord<'message'>

/** All messages, oldest first, ties by hash (CHAT-1). Nothing is ever edited or lost. */
export class ChatFold {
  /** Messages that are in order already, and what stands behind each. */
  #records: readonly MessageRecord[] = []
  #messages: readonly ChatMessage[] = []
  #added: MessageRecord[] = []

  add(record: MessageRecord): void {
    this.#added.push(record)
  }

  /** The whole chat; the same list as before when nothing was added. One new message costs a copy, not a sort. */
  get messages(): readonly ChatMessage[] {
    if (this.#added.length === 0) return this.#messages
    const [records, added] = [this.#records, this.#added.sort(byTime)]
    this.#added = []
    // Records from here on may have to make room; those before stay as they are.
    const first = added[0] as MessageRecord
    let kept = records.length
    while (kept > 0 && byTime(records[kept - 1] as MessageRecord, first) > 0) kept -= 1
    const rest = [...records.slice(kept), ...added].sort(byTime)
    this.#records = [...records.slice(0, kept), ...rest]
    this.#messages = [...this.#messages.slice(0, kept), ...rest.map(toMessage)]
    return this.#messages
  }
}

const toMessage = ({ hash, author, body, at }: MessageRecord): ChatMessage => ({
  id: hash,
  by: author,
  text: body.text,
  atMs: at,
})
