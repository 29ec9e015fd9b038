import { PermissionError } from './errors.ts'
import type { PeerId } from './ids.ts'
import { isHost } from './roles.ts'
import type { Entry, RoomState } from './room-state.ts'

/** Whether someone may do a thing, and what to tell them when not. */
export type Permission = { readonly allowed: true } | { readonly allowed: false; readonly why: string }

const allowed: Permission = { allowed: true }
const allowedIf = (may: boolean, why: string): Permission => (may ? allowed : { allowed: false, why })

/** Refuses with the reason in a person's words. @throws PermissionError */
export function demand(permission: Permission): void {
  if (!permission.allowed) throw new PermissionError(permission.why)
}

/** Play, pause, seek and skip (PLAY-1). */
export const mayControl = (state: RoomState, peer: PeerId): Permission =>
  allowedIf(
    state.control === 'everyone' || isHost(state.roles, peer),
    'Only hosts may play, pause, seek and skip in this room. Your votes still decide what comes next.',
  )

/** Take an entry out of the queue (QUEUE-4). */
export const mayWithdraw = (state: RoomState, peer: PeerId, entry: Entry): Permission =>
  allowedIf(
    entry.addedBy === peer || isHost(state.roles, peer),
    'Only hosts and the person who added a track may remove it.',
  )

/** Put an entry before all votes (QUEUE-5). */
export const mayPlayNext = (state: RoomState, peer: PeerId): Permission =>
  allowedIf(isHost(state.roles, peer), 'Only hosts may put a track next. You can vote for it.')

/** Rename the room or change who controls it (ROOM-4). */
export const mayRenameRoom = (state: RoomState, peer: PeerId): Permission =>
  allowedIf(isHost(state.roles, peer), 'Only hosts may change the room’s name and rules.')

/** Ask a node to keep the room, or no more. */
export const mayAskKeeper = (state: RoomState, peer: PeerId): Permission =>
  allowedIf(isHost(state.roles, peer), 'Only hosts may decide where the room is kept.')

/** Make hosts, and listeners again (ROOM-3). */
export const mayChangeRoles = (state: RoomState, peer: PeerId): Permission =>
  allowedIf(peer === state.founder, 'Only the person who started the room may choose its hosts.')
