import { hex } from '@scure/base'
import { limits } from '../../../domain/limits.ts'
import { fingerprintOf } from '../fingerprints.ts'
import type { Code, CodeAddress, Session } from './code.ts'
import { addressText, readAddress } from './ip.ts'

/**
 * What of a browser's own session description a code has to say: of a description with nothing but data channels (RFC 8841).
 * Null when it holds something that a code cannot say; of no browser that we know.
 */
export function sessionOf(sdp: string): Session | null {
  const fingerprint = fingerprintOf(sdp)
  const [iceUfrag, icePwd] = [valueOf(sdp, 'ice-ufrag'), valueOf(sdp, 'ice-pwd')]
  const isUsual =
    valueOf(sdp, 'mid') === '0' && valueOf(sdp, 'sctp-port') === '5000' && valueOf(sdp, 'setup') !== 'active'
  if (fingerprint === null || iceUfrag === null || icePwd === null || !isUsual) return null
  return {
    iceUfrag,
    icePwd,
    fingerprint: hex.decode(fingerprint.replaceAll(':', '').toLowerCase()),
    addresses: choose([...sdp.matchAll(/^a=candidate:(.+)$/gm)].flatMap(([, line = '']) => readCandidate(line))),
  }
}

/**
 * A session description as the one that the code was made of, for `setRemoteDescription`. Who made the invitation begins the DTLS handshake,
 * when it has the answer: an answer's browser that began would give up for good after 222 s, and people take longer to carry a code.
 */
export function descriptionOf({ kind, session }: Pick<Code, 'kind' | 'session'>): RTCSessionDescriptionInit {
  const { iceUfrag, icePwd, fingerprint, addresses } = session
  const pairs = hex.encode(fingerprint).toUpperCase().match(/../g) ?? []
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...addresses.map((address, rank) => `a=${candidateLine(address, rank)}`),
    'a=end-of-candidates',
    `a=ice-ufrag:${iceUfrag}`,
    `a=ice-pwd:${icePwd}`,
    `a=fingerprint:sha-256 ${pairs.join(':')}`,
    `a=setup:${kind === 'invitation' ? 'active' : 'passive'}`,
    'a=mid:0',
    'a=sctp-port:5000',
  ]
  return { type: kind === 'invitation' ? 'offer' : 'answer', sdp: lines.map((line) => `${line}\r\n`).join('') }
}

const valueOf = (sdp: string, name: string): string | null =>
  new RegExp(`^a=${name}:(\\S+)\\s*$`, 'm').exec(sdp)?.[1] ?? null

interface Candidate {
  readonly address: CodeAddress
  readonly priority: number
}

/** `FOUNDATION COMPONENT TRANSPORT PRIORITY ADDRESS PORT typ KIND …` (RFC 8839, 5.1). TCP leads nowhere between browsers. */
function readCandidate(line: string): readonly Candidate[] {
  const [, , transport = '', priority, text = '', port, , kind] = line.trim().split(/\s+/)
  if (transport.toLowerCase() !== 'udp' || (kind !== 'host' && kind !== 'srflx' && kind !== 'relay')) return []
  const where = readAddress(text)
  return where === null ? [] : [{ address: { kind, ...where, port: Number(port) }, priority: Number(priority) }]
}

/** Of each kind the best first, then the second best of each: with many network cards the way through the router must not be cut. */
function choose(candidates: readonly Candidate[]): readonly CodeAddress[] {
  const best = candidates.toSorted((a, b) => b.priority - a.priority)
  const rank = ({ address, priority }: Candidate): number =>
    best.filter((other) => isAlike(other.address, address) && other.priority > priority).length
  return best
    .map((candidate) => ({ candidate, rank: rank(candidate) }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, limits.codeAddresses)
    .map(({ candidate }) => candidate)
    .toSorted((a, b) => b.priority - a.priority)
    .map(({ address }) => address)
}

const isAlike = (a: CodeAddress, b: CodeAddress): boolean => a.kind === b.kind && a.form === b.form

/** Preferences of RFC 8445, 5.1.2.2. */
const preference = { host: 126, srflx: 100, relay: 0 } as const

function candidateLine(address: CodeAddress, rank: number): string {
  const priority = 2 ** 24 * preference[address.kind] + 2 ** 8 * (65_535 - rank) + 255
  // Where it was sent from is of no use to the other side, yet the grammar wants it.
  const related = address.kind === 'host' ? '' : ' raddr 0.0.0.0 rport 9'
  return `candidate:${rank + 1} 1 udp ${priority} ${addressText(address)} ${address.port} typ ${address.kind}${related}`
}
