import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import type { RoomId } from '../../src/domain/ids.ts'
import { openIdentityStore } from '../../src/platform/identity-store.ts'
import { openReplicaStore } from '../../src/platform/replica-store.ts'
import { fakeHash } from '../support/records.ts'

const piece = (number: number) => Uint8Array.of(number)
const sorted = async (room: RoomId) =>
  (await openReplicaStore(room).load()).map(([byte = -1]) => byte).sort((a, b) => a - b)

describe('the replica store', () => {
  it('[STORE-1] gives back what was appended, each room its own', async () => {
    const [one, two] = [fakeHash<RoomId>(1), fakeHash<RoomId>(2)]
    await openReplicaStore(one).append(piece(1))
    await openReplicaStore(one).append(piece(2))
    await openReplicaStore(two).append(piece(3))
    expect(await sorted(one)).toEqual([1, 2])
    expect(await sorted(two)).toEqual([3])
  })

  it('[STORE-2] replaces only what this tab has seen', async () => {
    const room = fakeHash<RoomId>(3)
    const [tab, other] = [openReplicaStore(room), openReplicaStore(room)]
    await tab.append(piece(1))
    await other.load()
    await other.append(piece(2))
    await Promise.all([tab.append(piece(3)), other.append(piece(4))])
    await tab.replaceAll([piece(13)])
    expect(await sorted(room)).toEqual([2, 4, 13])
    await other.replaceAll([piece(24)])
    expect(await sorted(room)).toEqual([13, 24])
  })

  it('[STORE-3] keeps the first of two identities', async () => {
    const [tab, other] = [openIdentityStore('identity-test'), openIdentityStore('identity-test')]
    expect(await tab.load()).toBeUndefined()
    const kept = await Promise.all([tab.keep(piece(1)), other.keep(piece(2))])
    expect(kept[0]).toEqual(kept[1])
    expect(await other.load()).toEqual(kept[0])
  })
})
