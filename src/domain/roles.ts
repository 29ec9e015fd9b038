import type { PeerId } from './ids.ts'
import { byTime } from './order.ts'
import type { Role, VerifiedRecord } from './record.ts'

export type Roles = ReadonlyMap<PeerId, Role>

/**
 * Founder and hosts; whoever is missing is a listener (ROOM-3).
 * Only the founder's `role` records count, the latest per person: hosts may not make hosts in this first form.
 */
export function foldRoles(founder: PeerId, records: readonly VerifiedRecord<'role'>[]): Roles {
  const roles = new Map<PeerId, Role>()
  for (const { body } of records.filter(({ author }) => author === founder).sort(byTime)) {
    if (body.role === 'host') roles.set(body.peer, 'host')
    else roles.delete(body.peer)
  }
  // Last, so that no record about the founder counts.
  return roles.set(founder, 'founder')
}

/** Whether the person is a host or the founder. */
export const isHost = (roles: Roles, peer: PeerId): boolean => roles.has(peer)
