import { describe, expect, it } from 'vitest'
import { foldRoom } from '../../src/domain/fold.ts'
import type { PeerId } from '../../src/domain/ids.ts'
import {
  mayChangeRoles,
  mayControl,
  mayPlayNext,
  mayRenameRoom,
  mayWithdraw,
  type Permission,
} from '../../src/domain/permissions.ts'
import type { ControlPolicy } from '../../src/domain/record.ts'
import type { Entry, RoomState } from '../../src/domain/room-state.ts'
import { alice, bob, carol, dave, RecordBuilder } from '../support/records.ts'

/** Alice founded the room, Bob is host, Carol added the entry, Dave is just here. */
function scene(control: ControlPolicy = 'everyone'): { state: RoomState; entry: Entry } {
  const room = new RecordBuilder()
  room.role(bob, 'host')
  room.charter({ control })
  const id = room.entry({ by: carol })
  const state = foldRoom(room.room, room.records) as RoomState
  return { state, entry: state.entries.get(id) as Entry }
}

const who = (may: (peer: PeerId) => Permission): string =>
  Object.entries({ alice, bob, carol, dave })
    .filter(([, peer]) => may(peer).allowed)
    .map(([name]) => name)
    .join(' ')

describe('permissions', () => {
  const { state, entry } = scene()
  it('[PLAY-1] control: everyone, or hosts and founder', () => {
    expect(who((peer) => mayControl(state, peer))).toBe('alice bob carol dave')
    expect(who((peer) => mayControl(scene('hosts').state, peer))).toBe('alice bob')
  })
  it('[QUEUE-4] withdraw: adder, hosts and founder', () => {
    expect(who((peer) => mayWithdraw(state, peer, entry))).toBe('alice bob carol')
  })
  it('[QUEUE-5] play next: hosts and founder', () => {
    expect(who((peer) => mayPlayNext(state, peer))).toBe('alice bob')
  })
  it('[ROOM-4] rename the room: hosts and founder', () => {
    expect(who((peer) => mayRenameRoom(state, peer))).toBe('alice bob')
  })
  it('[ROOM-3] choose hosts: the founder', () => {
    expect(who((peer) => mayChangeRoles(state, peer))).toBe('alice')
  })
  it('[ROOM-7] says why not, in a sentence for people', () => {
    expect(mayPlayNext(state, dave)).toEqual({ allowed: false, why: expect.stringMatching(/^[A-Z].+\.$/) })
  })
})
