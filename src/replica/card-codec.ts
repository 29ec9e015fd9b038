import * as v from 'valibot'
import type { Signer } from '../domain/crypto.ts'
import { isPeerId, type PeerId, type RoomId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Card } from '../domain/lobby/card.ts'
import { line, listingEntries } from '../domain/record-schema.ts'
import { ascii, concat } from './bytes.ts'
import { decodeCbor, encodeCbor } from './cbor.ts'
import { createClientDerivation, type DeriveClient } from './client-id.ts'
import { decodeRecord, hashRecord } from './record-codec.ts'
import { RecordVerifier, type VerifierCrypto } from './record-verifier.ts'

const DOMAIN = ascii('earshot-card-1')
/** Rooms whose genesis was verified and need not be again. */
const KNOWN_ROOMS = 1_000

/** What a card's author writes; room, founder and age follow from the genesis record. */
export type CardClaims = Omit<Card, 'room' | 'founder' | 'foundedAtMs'>

const schema = v.strictObject({
  v: v.literal(1),
  genesis: v.pipe(v.instance(Uint8Array), v.maxLength(limits.recordBytes)),
  author: v.custom<PeerId>(isPeerId),
  atMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
  title: line(limits.roomNameChars),
  ...listingEntries,
  playing: v.exactOptional(
    v.strictObject({ title: line(limits.tagChars), artist: v.exactOptional(line(limits.tagChars)) }),
  ),
  listeners: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(limits.cardListeners)),
  ended: v.boolean(),
  sig: v.pipe(v.instance(Uint8Array), v.length(64)),
})

/** A card whose form is right; its signatures are not verified yet. */
export interface DecodedCard {
  readonly card: Card
  readonly genesis: Uint8Array
  readonly signature: Uint8Array
  readonly signed: Uint8Array
}

const signedBytes = (fields: object): Uint8Array => concat(DOMAIN, encodeCbor(fields))

/** Signs a card of the room whose first record `genesis` is. */
export async function signCard(claims: CardClaims, genesis: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const fields = { v: 1, genesis, ...claims }
  return encodeCbor({ ...fields, sig: await signer.sign(signedBytes(fields)) })
}

/** Reads and verifies cards; the only reader of their format. */
export class CardReader {
  readonly #crypto: VerifierCrypto
  readonly #derive: DeriveClient
  readonly #known = new Set<RoomId>()

  constructor(crypto: VerifierCrypto) {
    this.#crypto = crypto
    this.#derive = createClientDerivation(crypto)
  }

  /** Null unless the bytes are one well-formed card of a public room, within its limits. */
  async decode(bytes: Uint8Array): Promise<DecodedCard | null> {
    if (bytes.length > limits.cardBytes) return null
    const result = v.safeParse(schema, decodeCbor(bytes), { abortEarly: true })
    if (!result.success) return null
    const { v: version, genesis, sig, ...claims } = result.output
    const hash = await hashRecord(genesis, this.#crypto)
    const record = decodeRecord(genesis, hash)?.record
    if (record?.kind !== 'genesis' || record.room !== '' || record.body.visibility !== 'public') return null
    const room = hash as string as RoomId
    const card: Card = { ...claims, room, founder: record.author, foundedAtMs: record.at }
    return { card, genesis, signature: sig, signed: signedBytes({ v: version, genesis, ...claims }) }
  }

  /** Whether founder and author signed what the card holds. */
  async verify({ card, genesis, signature, signed }: DecodedCard): Promise<boolean> {
    if (!(await this.#crypto.verify(card.author, signed, signature))) return false
    if (this.#known.has(card.room)) return true
    const check = await new RecordVerifier(card.room, this.#crypto, this.#derive).checkBytes(genesis)
    if (!check.ok) return false
    if (this.#known.size >= KNOWN_ROOMS) this.#known.clear()
    this.#known.add(card.room)
    return true
  }
}
