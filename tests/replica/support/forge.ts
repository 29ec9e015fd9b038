import type { Signer } from '../../../src/domain/crypto.ts'
import type { RoomId } from '../../../src/domain/ids.ts'
import { mapOfKind } from '../../../src/domain/record-schema.ts'
import type { RecordBodies, RecordKind } from '../../../src/domain/record.ts'
import { createClientDerivation } from '../../../src/replica/client-id.ts'
import { hashRecord, signRecord, type UnsignedRecord } from '../../../src/replica/record-codec.ts'
import type { Piece } from '../../../src/replica/y-update.ts'
import { seededRandom } from '../../../src/net/memory/seeded-random.ts'
import { nodeCrypto } from '../../support/node-crypto.ts'

export const testCrypto = nodeCrypto(seededRandom(99))
const derive = createClientDerivation(testCrypto)

export interface Said<K extends RecordKind> {
  readonly room: RoomId | ''
  readonly signer: Signer
  readonly kind: K
  readonly body: RecordBodies[K]
  readonly session?: number
  readonly yClock?: number
  /** What to lie about. */
  readonly lie?: Partial<UnsignedRecord>
}

/** Bytes of a record signed by whoever the test likes, true or false. */
export async function sayBytes<K extends RecordKind>(said: Said<K>): Promise<Uint8Array> {
  const { room, signer, kind, body, session = 1, yClock = 0, lie = {} } = said
  const yClient = await derive(room, signer.peer, session)
  const record = { room, author: signer.peer, session, at: 1_000, kind, body, yClient, yClock, ...lie }
  return signRecord(record, signer)
}

/** The same as a piece of the document at its proper place. */
export async function say<K extends RecordKind>(said: Said<K>): Promise<Piece> {
  const value = await sayBytes(said)
  const client = said.lie?.yClient ?? (await derive(said.room, said.signer.peer, said.session ?? 1))
  return {
    client,
    clock: said.lie?.yClock ?? said.yClock ?? 0,
    map: mapOfKind(said.kind),
    key: await hashRecord(value, testCrypto),
    value,
  }
}
