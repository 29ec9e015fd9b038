import { byTime } from './order.ts'
import type { VerifiedRecord } from './record.ts'
import type { ChatMessage } from './room-state.ts'

/** All messages, oldest first, ties by hash (CHAT-1). Nothing is ever edited or lost. */
export const foldChat = (records: readonly VerifiedRecord<'message'>[]): readonly ChatMessage[] =>
  [...records].sort(byTime).map(({ hash, author, body, at }) => ({ id: hash, by: author, text: body.text, atMs: at }))
