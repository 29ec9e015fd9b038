import * as v from 'valibot'
import { isHash } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { decodeCbor, encodeCbor } from './cbor.ts'
import type { Vector } from './room-document.ts'

/** What goes over a link's `sync` channel, and what a store keeps (`update` and `proof` only). docs/PROTOCOL.md describes each. */
export type SyncMessage =
  /** What I have. `ask`: tell me what you have. */
  | { readonly type: 'state'; readonly vector: Vector; readonly digest: string; readonly ask: boolean }
  /** Same vector, different digest: digests by client and the clocks from which clients are void. */
  | { readonly type: 'heads'; readonly heads: readonly Head[]; readonly voids: Vector; readonly ask: boolean }
  /** My record hashes of one client, 32 bytes each: find the first that differs from yours. */
  | { readonly type: 'hashes'; readonly client: number; readonly hashes: Uint8Array }
  | { readonly type: 'update'; readonly update: Uint8Array; readonly as: UpdateRole }
  /** Lazy advertisement of records that I could push. */
  | { readonly type: 'have'; readonly vector: Vector }
  /** Send me what you have from these clocks on. `graft`: and push these clients' records to me from now on. */
  | { readonly type: 'want'; readonly vector: Vector; readonly graft: boolean }
  /** What you push of these clients reaches me by another way too: only advertise it from now on. */
  | { readonly type: 'prune'; readonly clients: readonly number[] }
  /** Two records at one place by one author; sealed one by one in private rooms, like records. */
  | { readonly type: 'proof'; readonly a: Uint8Array; readonly b: Uint8Array }

/**
 * - `push`: new records, on the broadcast tree
 * - `spare`: new records beside the tree, in case that it is slow or broken: nobody prunes or follows the link for them
 * - `part`, `cut`, `end`: an answer to `want`: more of it follows; it was cut at `limits.serveBytes`, ask again; it ends here
 */
export type UpdateRole = 'push' | 'spare' | 'part' | 'cut' | 'end'

/** Client, number of counting records, SHA-256 over their hashes. */
export type Head = readonly [client: number, count: number, digest: Uint8Array]

/** Heads in one message: keeps it far below `limits.messageBytes`. */
export const HEADS = 10_000

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** On the wire a vector is a flat list: client, count, client, count … */
export const vector = v.pipe(
  v.array(count),
  v.maxLength(2 * limits.vectorClients),
  v.check((flat) => flat.length % 2 === 0),
  v.transform((flat): Vector => {
    const map = new Map<number, number>()
    for (let i = 0; i < flat.length; i += 2) map.set(flat[i] ?? 0, flat[i + 1] ?? 0)
    return map
  }),
)

const bytes = (max: number) => v.pipe(v.instance(Uint8Array), v.maxLength(max))
const hash = v.pipe(
  v.string(),
  v.check((text) => isHash(text)),
)
const head = v.tuple([count, count, v.pipe(v.instance(Uint8Array), v.length(32))])
const sealedRecord = bytes(limits.recordBytes + limits.sealBytes)

const message = v.variant('type', [
  v.strictObject({ type: v.literal('state'), vector, digest: hash, ask: v.boolean() }),
  v.strictObject({
    type: v.literal('heads'),
    heads: v.pipe(v.array(head), v.maxLength(HEADS)),
    voids: vector,
    ask: v.boolean(),
  }),
  v.strictObject({ type: v.literal('hashes'), client: count, hashes: bytes(limits.recordsPerAuthor * 32) }),
  v.strictObject({
    type: v.literal('update'),
    update: bytes(limits.updateBytes),
    as: v.picklist(['push', 'spare', 'part', 'cut', 'end']),
  }),
  v.strictObject({ type: v.literal('have'), vector }),
  v.strictObject({ type: v.literal('want'), vector, graft: v.boolean() }),
  v.strictObject({ type: v.literal('prune'), clients: v.pipe(v.array(count), v.maxLength(limits.vectorClients)) }),
  v.strictObject({ type: v.literal('proof'), a: sealedRecord, b: sealedRecord }),
])

/** No more clients than a receiver takes: an honest peer must not be blamed for the size of a room. */
export const flatten = (value: unknown): unknown =>
  value instanceof Map ? [...value].slice(0, limits.vectorClients).flat() : value

export const encodeSyncMessage = (value: SyncMessage): Uint8Array =>
  encodeCbor(Object.fromEntries(Object.entries(value).map(([key, field]) => [key, flatten(field)])))

/** Null unless the bytes are one well-formed message within its limits. */
export function decodeSyncMessage(bytes: Uint8Array): SyncMessage | null {
  if (bytes.length > limits.messageBytes) return null
  const result = v.safeParse(message, decodeCbor(bytes), { abortEarly: true })
  return result.success ? result.output : null
}
