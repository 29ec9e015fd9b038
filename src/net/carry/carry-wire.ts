import { decode, encode } from 'cborg'
import { limits } from '../../domain/limits.ts'

/** What neighbours tell each other to be each other's node. Wire format: docs/PROTOCOL.md, "Signals over links". */
export type CarryMessage =
  /** What is for this inbox alone is for me. */
  | { readonly kind: 'inbox'; readonly inbox: string }
  /** Hand it to your other neighbours: to all, or to the one with the inbox `to`. */
  | { readonly kind: 'publish'; readonly text: string; readonly to: string | null }
  /** A neighbour of mine published it. */
  | { readonly kind: 'carried'; readonly text: string }

export function encodeCarry(message: CarryMessage): Uint8Array {
  switch (message.kind) {
    case 'inbox':
      return encode(['inbox', message.inbox])
    case 'publish':
      return encode(['publish', message.text, message.to])
    case 'carried':
      return encode(['carried', message.text])
  }
}

/** Reads one message. Null when it is none. */
export function decodeCarry(bytes: Uint8Array): CarryMessage | null {
  // The envelope around a text is short.
  if (bytes.length > limits.signalChars + 64) return null
  try {
    const items: unknown = decode(bytes, { strict: true, allowIndefinite: false, allowUndefined: false })
    return Array.isArray(items) ? read(items) : null
  } catch {
    return null // not CBOR
  }
}

function read([kind, first, to, ...rest]: readonly unknown[]): CarryMessage | null {
  if (rest.length > 0) return null
  if (kind === 'publish') return isSealedText(first) && (to === null || isInbox(to)) ? { kind, text: first, to } : null
  if (to !== undefined) return null
  if (kind === 'inbox') return isInbox(first) ? { kind, inbox: first } : null
  return kind === 'carried' && isSealedText(first) ? { kind, text: first } : null
}

const isInbox = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9_-]{22}$/.test(value)
const isSealedText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= limits.signalChars && /^[A-Za-z0-9+/]+={0,2}$/.test(value)
