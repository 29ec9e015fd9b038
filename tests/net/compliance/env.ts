import type { RoomAddress } from '../../../src/domain/address.ts'
import type { PeerId } from '../../../src/domain/ids.ts'
import type { Link } from '../../../src/net/link.ts'
import type { Membership } from '../../../src/net/transport.ts'

export interface ComplianceCase {
  /** Rule in docs/SPEC.md. */
  readonly id: `NET-${number}`
  readonly title: string
  run(env: ComplianceEnv): Promise<void>
}

/** One person's device, in one room or in none. */
export interface CompliancePeer {
  readonly peer: PeerId
  join(room: RoomAddress): Membership
  /** Joins under this peer's name without holding its key. Absent where the adapter cannot forge. */
  joinAsImpostor?(room: RoomAddress): Membership
}

export interface ComplianceEnv {
  /** A device with a fresh key. Listener errors must go to `reported`. */
  createPeer(): Promise<CompliancePeer>
  /** A fresh room: no two calls give the same. */
  createRoom(): RoomAddress
  /** Lets time pass until `condition` holds; rejects after the adapter's limit (above 20 s of its time), naming `what`. */
  until(what: string, condition: () => boolean): Promise<void>
  /** Lets `ms` pass, for what must *not* happen. */
  pause(ms: number): Promise<void>
  /** Errors that listeners threw and the transport reported. */
  readonly reported: readonly unknown[]
}

class ComplianceError extends Error {
  override name = 'ComplianceError'
}

export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new ComplianceError(what)
}

export const equal = (actual: unknown, expected: unknown, what: string): void =>
  check(actual === expected, `${what}: expected ${String(expected)}, got ${String(actual)}`)

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

/** Bytes that differ by `tag` and at every place. */
export function pattern(length: number, tag: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 17 + tag * 101) & 0xff
  return bytes
}

export const firstLink = (membership: Membership): Link => {
  const [link] = membership.links
  check(link !== undefined, 'there is a link')
  return link
}

export interface Pair {
  readonly room: RoomAddress
  readonly a: CompliancePeer
  readonly b: CompliancePeer
  readonly roomA: Membership
  readonly roomB: Membership
  readonly linkA: Link
  readonly linkB: Link
}

export async function pair(env: ComplianceEnv): Promise<Pair> {
  const room = env.createRoom()
  const [a, b] = [await env.createPeer(), await env.createPeer()]
  const [roomA, roomB] = [a.join(room), b.join(room)]
  await env.until('two peers of one room are linked', () => roomA.links.size === 1 && roomB.links.size === 1)
  return { room, a, b, roomA, roomB, linkA: firstLink(roomA), linkB: firstLink(roomB) }
}

export const leaveAll = async (...memberships: Membership[]): Promise<void> => {
  await Promise.all(memberships.map((membership) => membership.leave()))
}

export const never = (): AbortSignal => new AbortController().signal

export function throwsRangeError(action: () => unknown): void {
  try {
    action()
  } catch (error) {
    equal(nameOf(error), 'RangeError', 'what is thrown')
    return
  }
  throw new ComplianceError('a RangeError is thrown')
}

/** How a promise ends: 'resolved', or the name of what it rejects with. */
export const outcome = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'resolved', nameOf)

/** By name: in a browser each peer may live in a frame whose error classes are not ours. */
const nameOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : String(error)
