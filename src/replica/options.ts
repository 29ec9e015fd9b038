import type { RoomAddress } from '../domain/address.ts'
import type { Crypto, Signer } from '../domain/crypto.ts'
import type { RoomId } from '../domain/ids.ts'
import type { ControlPolicy, RecordKind, Visibility } from '../domain/record.ts'
import type { Random, Scheduler } from '../domain/scheduler.ts'
import type { ReplicaStore } from './store.ts'

/** What a replica stands on; all of it is handed in. */
export interface ReplicaContext {
  readonly signer: Signer
  readonly crypto: Crypto
  readonly scheduler: Scheduler
  readonly random: Random
  /** Room time in ms, for `at` of new records. */
  readonly roomNow: () => number
  /** Something went wrong that stops nothing: a damaged piece in the store, no room to keep what came. */
  readonly onProblem?: (problem: Error) => void
}

export interface OpenOptions extends ReplicaContext {
  readonly address: RoomAddress
  readonly store: ReplicaStore
}

export interface FoundOptions extends ReplicaContext {
  readonly visibility: Visibility
  readonly name: string
  readonly control: ControlPolicy
  readonly storeFor: (room: RoomId) => ReplicaStore
}

export type WritableKind = Exclude<RecordKind, 'genesis'>
