const FINGERPRINT = /^a=fingerprint:(.+)$/gm
const SHA_256 = /^sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/

/**
 * The DTLS certificate fingerprint (RFC 8122) of a session description, as upper-case hex pairs with colons.
 * Null unless there is exactly one and it is SHA-256: with several, the browser would accept any of them and our check would be worth nothing.
 */
export function fingerprintOf(sdp: string): string | null {
  const found = new Set<string>()
  for (const [, value = ''] of sdp.matchAll(FINGERPRINT)) {
    const match = SHA_256.exec(
      value
        .trim()
        .replace(/^\S+/, (name) => name.toLowerCase())
        .replace(/\S+$/, (hex) => hex.toUpperCase()),
    )
    if (match?.[1] === undefined) return null
    found.add(match[1])
  }
  const [only] = found
  return found.size === 1 && only !== undefined ? only : null
}

/** Names a connection by both its certificates, the same on both sides. Null while it is not negotiated, or when a description is ambiguous. */
export function bindingOf(
  connection: Pick<RTCPeerConnection, 'localDescription' | 'remoteDescription'>,
): Uint8Array | null {
  const sides = [connection.localDescription, connection.remoteDescription].map((side) =>
    fingerprintOf(side?.sdp ?? ''),
  )
  const known = sides.filter((side) => side !== null)
  if (known.length < sides.length) return null
  return new TextEncoder().encode(known.sort().join(' '))
}
