import { createHmac } from 'node:crypto'
import { iceServerKind } from '../src/domain/ice-url.ts'

/** STUN and TURN servers that a node names to browsers. */
export interface IceSettings {
  /** `stun:`, `turn:` and `turns:` URLs (RFC 7064, RFC 7065). */
  readonly urls: readonly string[]
  /** The secret that the node shares with the TURN servers (coturn's `static-auth-secret`); null when they need none. */
  readonly turnSecret: string | null
  /** UDP port on which the node itself is a STUN server; none by default. */
  readonly stunPort?: number | undefined
  /** Members must not learn each other's addresses: browsers connect through the TURN servers only. */
  readonly hideAddresses?: boolean
}

/** What `/ice` answers; decoded by the app in `src/platform/ice-servers.ts`. */
export interface IceAnswer {
  readonly iceServers: readonly {
    readonly urls: readonly string[]
    readonly username?: string
    readonly credential?: string
  }[]
  /** Named as in RTCConfiguration; absent: browsers take any way there is. */
  readonly iceTransportPolicy?: 'relay'
  /** How long the credentials hold, ms. */
  readonly validMs: number
}

/** As long as a long evening; whoever collects credentials can use them for so long at most. */
const VALID_MS = 6 * 3_600_000

/** Reads a list of URLs of ICE servers. Null when a part of it is none. */
export function parseIceUrls(text: string): readonly string[] | null {
  const urls = text.split(',').map((part) => part.trim())
  return urls.every((url) => iceServerKind(url) !== null) ? urls : null
}

/**
 * The servers, with credentials that expire by themselves: the user name is the time at which they do, the password its HMAC under the
 * shared secret, so that node and TURN server need no common memory ("A REST API for access to TURN services", draft-uberti-behave-turn-rest-00).
 * The node's own STUN server is named as the asking page names the node: `host` is the request's `Host`.
 */
export function iceAnswer(settings: IceSettings, wallMs: number, host: string | undefined): IceAnswer {
  const { turnSecret, stunPort, hideAddresses = false } = settings
  const name = URL.parse(`http://${host ?? ''}`)?.hostname
  const own = stunPort === undefined || !name ? [] : [`stun:${name}:${stunPort}`]
  const urls = [...own, ...settings.urls].filter((url) => !hideAddresses || isTurn(url))
  const needsCredentials = (url: string): boolean => turnSecret !== null && isTurn(url)
  const [free, guarded] = [urls.filter((url) => !needsCredentials(url)), urls.filter(needsCredentials)]
  const username = `${Math.floor((wallMs + VALID_MS) / 1_000)}:earshot`
  const credential = createHmac('sha1', turnSecret ?? '')
    .update(username)
    .digest('base64')
  return {
    iceServers: [
      ...(free.length > 0 ? [{ urls: free }] : []),
      ...(guarded.length > 0 ? [{ urls: guarded, username, credential }] : []),
    ],
    ...(hideAddresses ? { iceTransportPolicy: 'relay' as const } : {}),
    validMs: VALID_MS,
  }
}

/** Whether a server relays, and so needs credentials. */
export const isTurn = (url: string): boolean => iceServerKind(url) === 'turn'
