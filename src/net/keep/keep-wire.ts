import * as v from 'valibot'
import type { RoomId } from '../../domain/ids.ts'
import { isRoomId } from '../../domain/ids.ts'
import { limits } from '../../domain/limits.ts'
import { decodeCbor, encodeCbor } from '../../replica/cbor.ts'
import type { Vector } from '../../replica/room-document.ts'
import { flatten, vector } from '../../replica/sync-message.ts'

/** What a page asks of a keeper, over a WebSocket at `/keep`. Each has a number that its answers carry. */
export type KeepRequest =
  /** Which room this is about, by a token that who has the link can make. First of all, and again to compare. */
  | { readonly type: 'open'; readonly id: number; readonly token: Uint8Array }
  /** Keep this room. `claim`: 32 random bytes; only who shows them again can end it. `room`: of public and unlisted rooms, so that records can be judged. */
  | { readonly type: 'keep'; readonly id: number; readonly claim: Uint8Array; readonly room?: RoomId | undefined }
  | { readonly type: 'forget'; readonly id: number; readonly claim: Uint8Array }
  | { readonly type: 'put'; readonly id: number; readonly update: Uint8Array }
  /** Send me these clients' records from these clocks on. */
  | { readonly type: 'get'; readonly id: number; readonly vector: Vector }
  /** Say that you are there. May come before any room was opened. */
  | { readonly type: 'ping'; readonly id: number }

/** A room's place at a keeper. */
export interface Shelf {
  readonly kept: boolean
  /** Records of each client that are kept. */
  readonly vector: Vector
  /** Clients of which two different records are kept for one place. */
  readonly forked: readonly number[]
  readonly usedBytes: number
  readonly roomBytes: number
  /** How long a room is kept after somebody was last there, days. */
  readonly days: number
}

/**
 * - `bad`: something in it cannot come from an honest page
 * - `rooms`, `space`: the keeper holds as many rooms, or bytes, as it may
 * - `often`: too much from this address today
 * - `claimed`: somebody else asked for this room to be kept
 * - `failed`: the keeper's disk does not take it
 */
export type KeepRefusal = 'bad' | 'rooms' | 'space' | 'often' | 'claimed' | 'failed'

export type KeepAnswer =
  /** To `open`, `keep` and `forget`. */
  | ({ readonly type: 'shelf'; readonly id: number } & Shelf)
  /** To `put`: it would survive a crash now, but for `left` records that had no place or no predecessors here. */
  | { readonly type: 'stored'; readonly id: number; readonly left: number }
  /** To `get`, as often as needed; `end` follows. */
  | { readonly type: 'update'; readonly id: number; readonly update: Uint8Array }
  | { readonly type: 'end'; readonly id: number }
  /** To `ping`, in its turn behind what was asked before. */
  | { readonly type: 'pong'; readonly id: number }
  | { readonly type: 'refused'; readonly id: number; readonly why: KeepRefusal }

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const count = id
const secret = v.pipe(v.instance(Uint8Array), v.length(32))
const update = v.pipe(v.instance(Uint8Array), v.maxLength(limits.keepUpdateBytes))

const request = v.variant('type', [
  v.strictObject({ type: v.literal('open'), id, token: secret }),
  v.strictObject({ type: v.literal('keep'), id, claim: secret, room: v.optional(v.custom<RoomId>(isRoomId)) }),
  v.strictObject({ type: v.literal('forget'), id, claim: secret }),
  v.strictObject({ type: v.literal('put'), id, update }),
  v.strictObject({ type: v.literal('get'), id, vector }),
  v.strictObject({ type: v.literal('ping'), id }),
])

const answer = v.variant('type', [
  v.strictObject({
    type: v.literal('shelf'),
    id,
    kept: v.boolean(),
    vector,
    forked: v.pipe(v.array(count), v.maxLength(limits.vectorClients)),
    usedBytes: count,
    roomBytes: count,
    days: count,
  }),
  v.strictObject({ type: v.literal('stored'), id, left: count }),
  v.strictObject({ type: v.literal('update'), id, update }),
  v.strictObject({ type: v.literal('end'), id }),
  v.strictObject({ type: v.literal('pong'), id }),
  v.strictObject({
    type: v.literal('refused'),
    id,
    why: v.picklist(['bad', 'rooms', 'space', 'often', 'claimed', 'failed']),
  }),
])

const encode = (message: object): Uint8Array =>
  encodeCbor(Object.fromEntries(Object.entries(message).map(([key, field]) => [key, flatten(field)])))

export const encodeKeepRequest = (message: KeepRequest): Uint8Array => encode(message)
export const encodeKeepAnswer = (message: KeepAnswer): Uint8Array => encode(message)

function read<T>(schema: v.GenericSchema<unknown, T>, bytes: Uint8Array): T | null {
  if (bytes.length > limits.keepMessageBytes) return null
  const result = v.safeParse(schema, decodeCbor(bytes), { abortEarly: true })
  return result.success ? result.output : null
}

/** Null unless the bytes are one well-formed request within its limits. */
export const decodeKeepRequest = (bytes: Uint8Array): KeepRequest | null => read(request, bytes)
/** Null unless the bytes are one well-formed answer within its limits. */
export const decodeKeepAnswer = (bytes: Uint8Array): KeepAnswer | null => read(answer, bytes)
