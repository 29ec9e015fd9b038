/** A host name or IPv4 address, or an IPv6 address in brackets. */
const HOST = String.raw`(?:[\w-]+(?:\.[\w-]+)*|\[[\da-fA-F:.]+\])`
const PORT = String.raw`(?::(\d{1,5}))?`
const STUN = new RegExp(`^stuns?:${HOST}${PORT}$`)
const TURN = new RegExp(`^turns?:${HOST}${PORT}(?:\\?transport=(?:udp|tcp))?$`)

/**
 * What the URL of an ICE server names (RFC 7064, RFC 7065); null when browsers would not take it. One that they do not take, or a TURN server
 * without credentials, keeps them from making any connection at all.
 */
export function iceServerKind(url: string): 'stun' | 'turn' | null {
  for (const [kind, form] of [
    ['stun', STUN],
    ['turn', TURN],
  ] as const) {
    const [whole, port = '3478'] = form.exec(url) ?? []
    if (whole !== undefined && Number(port) > 0 && Number(port) <= 65_535) return kind
  }
  return null
}
