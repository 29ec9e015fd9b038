/**
 * Codes that two people hand each other to link without a node: an invitation and its answer, each a WebRTC session description
 * (RFC 8829) boiled down to what the other side cannot know. Wire format: docs/PROTOCOL.md, "Codes"; this is its only reader.
 */
import { base64, base64urlnopad } from '@scure/base'
import { CodeError } from '../../../domain/errors.ts'
import { limits } from '../../../domain/limits.ts'

/** An address at which one side can be reached, as in an ICE candidate (RFC 8839); always UDP. */
export interface CodeAddress {
  readonly kind: 'host' | 'srflx' | 'relay'
  readonly form: 'ipv4' | 'ipv6' | 'mdns'
  /** 4 bytes, 16 bytes, or the 16 bytes of the UUID in a name like `UUID.local`. */
  readonly bytes: Uint8Array
  readonly port: number
}

/** What a session description says that its other side cannot know. */
export interface Session {
  /** 4 to 32 characters of `A-Za-z0-9+/`. */
  readonly iceUfrag: string
  /** 22 to 64 of them. */
  readonly icePwd: string
  /** SHA-256 of the DTLS certificate, 32 bytes. */
  readonly fingerprint: Uint8Array
  /** Best first, at most `limits.codeAddresses`. */
  readonly addresses: readonly CodeAddress[]
}

export interface Code {
  readonly kind: 'invitation' | 'answer'
  /** 4 random bytes of the invitation; its answer repeats them. */
  readonly id: Uint8Array
  /** Unix s at which the side that shows it gives up. */
  readonly expiresAtS: number
  /** The side's name in signals: a UUID as 16 bytes. */
  readonly name: Uint8Array
  readonly session: Session
}

/** 1: who answered began the DTLS handshake. */
const VERSION = 2
const kinds = ['invitation', 'answer'] as const
const addressKinds = ['host', 'srflx', 'relay'] as const
const forms = ['ipv4', 'ipv6', 'mdns'] as const
const formBytes = { ipv4: 4, ipv6: 16, mdns: 16 } as const
/** Lengths of ICE's credentials: at least what RFC 8839 asks for, at most twice what browsers use. */
const ufragChars = { least: 4, most: 32 } as const
const pwdChars = { least: 22, most: 64 } as const

/** base64url without padding. @throws RangeError when a field is beyond its bounds. */
export function encodeCode({ kind, id, expiresAtS, name, session }: Code): string {
  const { iceUfrag, icePwd, fingerprint, addresses } = session
  const tail = addresses.flatMap((address) => [
    addressKinds.indexOf(address.kind) | (forms.indexOf(address.form) << 2),
    ...exactly(formBytes[address.form], address.bytes),
    ...uint(address.port, 2),
  ])
  if (addresses.length > limits.codeAddresses) throw new RangeError('too many addresses')
  return base64urlnopad.encode(
    Uint8Array.from([
      (VERSION << 4) | kinds.indexOf(kind),
      ...exactly(4, id),
      ...uint(expiresAtS, 4),
      ...exactly(16, name),
      ...exactly(32, fingerprint),
      ...packed(iceUfrag, ufragChars),
      ...packed(icePwd, pwdChars),
      addresses.length,
      ...tail,
    ]),
  )
}

/** Reads a code, from wherever people carried it. @throws CodeError that says what is wrong with it. */
export function decodeCode(text: string): Code {
  const bytes = bytesOf(text)
  const version = (bytes[0] ?? 0) >> 4
  if (version === 0) throw new CodeError(notACode)
  if (version !== VERSION)
    throw new CodeError(
      'This code comes from another version of Earshot. Reload the page on both devices and start over.',
    )
  const reader = new Reader(bytes)
  const kind = kinds[reader.byte() & 15]
  const id = reader.bytes(4)
  const expiresAtS = reader.uint(4)
  const name = reader.bytes(16)
  const fingerprint = reader.bytes(32)
  const iceUfrag = unpacked(reader, ufragChars)
  const icePwd = unpacked(reader, pwdChars)
  const count = reader.byte()
  if (kind === undefined || count > limits.codeAddresses) throw new CodeError(damaged)
  const addresses = Array.from({ length: count }, () => readAddress(reader))
  if (!reader.atEnd) throw new CodeError(damaged)
  return { kind, id, expiresAtS, name, session: { iceUfrag, icePwd, fingerprint, addresses } }
}

const notACode = 'This is not a code of Earshot. Copy all of the code, from the dialog that shows it.'
const damaged = 'This code is cut off or damaged. Copy all of it once more.'

function bytesOf(text: string): Uint8Array {
  // No code is longer; whoever pastes a book into the field is told so at once.
  if (text.length > limits.codeChars) throw new CodeError(notACode)
  try {
    return base64urlnopad.decode(text)
  } catch {
    // Of 4n + 1 characters, and of those whose last bits are not zero, something was cut off.
    throw new CodeError(/^[A-Za-z0-9_-]+$/.test(text) ? damaged : notACode)
  }
}

function readAddress(reader: Reader): CodeAddress {
  const tag = reader.byte()
  const kind = addressKinds[tag & 3]
  const form = forms[tag >> 2]
  if (kind === undefined || form === undefined) throw new CodeError(damaged)
  const bytes = reader.bytes(formBytes[form])
  const port = reader.uint(2)
  if (port === 0) throw new CodeError(damaged)
  return { kind, form, bytes, port }
}

/** Characters of ICE's credentials are those of base64: 6 bits each, after their number. */
function packed(text: string, { least, most }: { least: number; most: number }): readonly number[] {
  if (text.length < least || text.length > most) throw new RangeError('ICE credentials of an unusual length')
  const whole = base64.decode(text.padEnd(Math.ceil(text.length / 4) * 4, 'A'))
  return [text.length, ...whole.subarray(0, packedBytes(text.length))]
}

function unpacked(reader: Reader, { least, most }: { least: number; most: number }): string {
  const length = reader.byte()
  if (length < least || length > most) throw new CodeError(damaged)
  const bytes = reader.bytes(packedBytes(length))
  const all = base64.encode(Uint8Array.from({ length: Math.ceil(length / 4) * 3 }, (_, i) => bytes[i] ?? 0))
  // One text has one code: bits beyond the last character are zero.
  if (/[^A]/.test(all.slice(length))) throw new CodeError(damaged)
  return all.slice(0, length)
}

const packedBytes = (chars: number): number => Math.ceil((chars * 6) / 8)

function exactly(count: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== count) throw new RangeError(`${count} bytes are due here`)
  return bytes
}

function uint(value: number, count: 2 | 4): readonly number[] {
  if (!Number.isInteger(value) || value < 0 || value >= 256 ** count) throw new RangeError('a number beyond its bytes')
  return Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) % 256)
}

/** Reads from the front; what is not there makes the code a damaged one. */
class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  bytes(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw new CodeError(damaged)
    this.#at += count
    return this.#bytes.slice(this.#at - count, this.#at)
  }

  byte(): number {
    return this.uint(1)
  }

  uint(count: 1 | 2 | 4): number {
    return this.bytes(count).reduce((value, byte) => value * 256 + byte, 0)
  }
}
