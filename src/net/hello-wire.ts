import { decode, encode } from 'cborg'
import { limits } from '../domain/limits.ts'
import { isPeerId, type PeerId } from '../domain/ids.ts'
import type { CloseReason } from './link.ts'

/** What each side says of itself before it has proven anything. */
export interface Introduction {
  readonly peer: PeerId
  /** 32 random bytes of this connection. */
  readonly nonce: Uint8Array
  /** 16 random bytes of this page load. */
  readonly session: Uint8Array
  /** Joins of this page so far, 1 to 2^31 - 1. */
  readonly generation: number
}

/** Control messages of the hello; `bye` also ends a link that stands. */
export type HelloMessage =
  | { readonly kind: 'hello'; readonly introduction: Introduction }
  | { readonly kind: 'proof'; readonly signature: Uint8Array }
  | { readonly kind: 'welcome' }
  | { readonly kind: 'bye'; readonly reason: CloseReason }

const VERSION = 5
const closeReasons: readonly string[] = ['left', 'lost', 'misbehaved', 'crowded', 'replaced'] satisfies CloseReason[]

/** CBOR (RFC 8949) arrays whose first item is the kind. */
export function encodeHello(message: HelloMessage): Uint8Array {
  switch (message.kind) {
    case 'hello': {
      const { peer, nonce, session, generation } = message.introduction
      return encode(['hello', VERSION, peer, nonce, session, generation])
    }
    case 'proof':
      return encode(['proof', message.signature])
    case 'welcome':
      return encode(['welcome'])
    case 'bye':
      return encode(['bye', message.reason])
  }
}

/** Reads one control message of the hello. Null when it is none. */
export function decodeHello(bytes: Uint8Array): HelloMessage | null {
  const items = decodeControl(bytes)
  if (items === null) return null
  const [kind, ...rest] = items
  switch (kind) {
    case 'hello':
      return decodeIntroduction(rest)
    case 'proof':
      return rest.length === 1 && isBytes(rest[0], 64) ? { kind, signature: rest[0] } : null
    case 'welcome':
      return rest.length === 0 ? { kind } : null
    case 'bye':
      return rest.length === 1 && isCloseReason(rest[0]) ? { kind, reason: rest[0] } : null
    default:
      return null
  }
}

/** A CBOR array within `limits.controlBytes`; null when it is anything else. */
export function decodeControl(bytes: Uint8Array): readonly unknown[] | null {
  if (bytes.length > limits.controlBytes) return null
  try {
    const items: unknown = decode(bytes, { strict: true, allowIndefinite: false, allowUndefined: false })
    return Array.isArray(items) ? items : null
  } catch {
    return null // not CBOR: not a control message
  }
}

function decodeIntroduction(items: readonly unknown[]): HelloMessage | null {
  const [version, peer, nonce, session, generation] = items
  if (items.length !== 5 || version !== VERSION || !isPeerId(peer)) return null
  if (!isBytes(nonce, 32) || !isBytes(session, 16)) return null
  if (typeof generation !== 'number' || !Number.isInteger(generation) || generation < 1 || generation > 0x7fffffff)
    return null
  return { kind: 'hello', introduction: { peer, nonce, session, generation } }
}

const isBytes = (value: unknown, length: number): value is Uint8Array =>
  value instanceof Uint8Array && value.length === length
const isCloseReason = (value: unknown): value is CloseReason =>
  typeof value === 'string' && closeReasons.includes(value)
