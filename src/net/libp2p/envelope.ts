import { decode, encode } from 'cborg'
import { isPeerId } from '../../domain/ids.ts'
import { limits } from '../../domain/limits.ts'

/** What a member says of itself to the room: how to call it. */
export interface Announcement {
  /** Its libp2p PeerId, new with each join. */
  readonly host: string
  /** libp2p PeerIds of relays through which it can be called. */
  readonly relays: readonly string[]
  /** base64url of 16 random bytes of its page load, the same on every network. */
  readonly session: string
  /** Links that it has, each as many times as it counts (`limits.relayedWeight`), 0 to 1000. */
  readonly links: number
  /** Links that it wishes for, 0 to 1000. */
  readonly wanted: number
  /** Members that it has heard of and has no link to, 0 to 1000. */
  readonly strangers: number
}

/** What is inside the seal of a gossip message. */
export type Envelope =
  | { readonly kind: 'announce'; readonly announcement: Announcement }
  | { readonly kind: 'sync' | 'presence'; readonly message: Uint8Array }

const VERSION = 1
const mostRelays = 8

/** CBOR (RFC 8949) array: version, kind, then what the kind needs. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  if (envelope.kind !== 'announce') return encode([VERSION, envelope.kind, envelope.message])
  const { host, relays, session, links, wanted, strangers } = envelope.announcement
  return encode([VERSION, 'announce', host, relays.slice(0, mostRelays), session, links, wanted, strangers])
}

/** Null unless it is one well-formed envelope. */
export function decodeEnvelope(bytes: Uint8Array): Envelope | null {
  if (bytes.length > limits.gossipBytes) return null
  const items = decodeItems(bytes)
  if (items === null || items[0] !== VERSION) return null
  const [, kind, ...rest] = items
  if (kind === 'sync' || kind === 'presence') {
    const [message] = rest
    return rest.length === 1 && message instanceof Uint8Array ? { kind, message } : null
  }
  if (kind !== 'announce' || rest.length !== 6) return null
  const [host, relays, session, links, wanted, strangers] = rest
  if (!isHost(host) || !Array.isArray(relays) || relays.length > mostRelays || !relays.every(isHost)) return null
  if (typeof session !== 'string' || !/^[A-Za-z0-9_-]{22}$/.test(session)) return null
  if (!isCount(links) || !isCount(wanted) || !isCount(strangers)) return null
  return { kind, announcement: { host, relays, session, links, wanted, strangers } }
}

function decodeItems(bytes: Uint8Array): readonly unknown[] | null {
  try {
    const items: unknown = decode(bytes, { strict: true, allowIndefinite: false, allowUndefined: false })
    return Array.isArray(items) ? items : null
  } catch {
    return null // not CBOR: not an envelope
  }
}

/** A libp2p PeerId of an Ed25519 key. */
const isHost = (value: unknown): value is string => typeof value === 'string' && isPeerId(value)
const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 1_000
