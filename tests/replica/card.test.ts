import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/limits.ts'
import { moods, type Visibility } from '../../src/domain/record.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { CardReader, signCard, type CardClaims } from '../../src/replica/card-codec.ts'
import { createGenesis } from '../../src/replica/genesis.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'

const random = seededRandom(7)
const crypto = nodeCrypto(random)
const [founder, member] = [nodeSigner(random), nodeSigner(random)]
const founded = (visibility: Visibility = 'public') => createGenesis(visibility, 1_000, founder, crypto)
const reader = new CardReader(crypto)

const claimsBy = (author = founder, more: Partial<CardClaims> = {}): CardClaims => ({
  ...{ author: author.peer, atMs: 5_000.5, title: 'Kitchen', tags: ['jazz'], listeners: 3, ended: false },
  ...more,
})
const verdict = async (bytes: Uint8Array): Promise<'refused' | 'false' | 'good'> => {
  const decoded = await reader.decode(bytes)
  return decoded === null ? 'refused' : (await reader.verify(decoded)) ? 'good' : 'false'
}

describe('cards', () => {
  it('[LOBBY-8] read as they were written, by whichever member, with the room’s id and founder', async () => {
    const { bytes: genesis, address } = await founded()
    const words = fc.stringMatching(/^[a-z][a-z ]{0,20}[a-z]$/)
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          {
            title: words,
            tags: fc.uniqueArray(words, { maxLength: limits.listingTags }),
            listeners: fc.nat(limits.cardListeners),
            ended: fc.boolean(),
            atMs: fc.nat(),
            mood: fc.constantFrom(...moods),
            language: fc.constantFrom('en', 'nob'),
            place: fc.record({
              latitudeDeg: fc.integer({ min: -90, max: 89 }),
              longitudeDeg: fc.integer({ min: -180, max: 179 }),
            }),
            playing: fc.record({ title: words, artist: words }, { requiredKeys: ['title'] }),
          },
          { requiredKeys: ['title', 'tags', 'listeners', 'ended', 'atMs'] },
        ),
        async (claims) => {
          const bytes = await signCard({ ...claims, author: member.peer }, genesis, member)
          const decoded = await reader.decode(bytes)
          expect(decoded?.card).toEqual({
            ...claims,
            author: member.peer,
            room: address.room,
            founder: founder.peer,
            foundedAtMs: 1_000,
          })
          expect(decoded !== null && (await reader.verify(decoded))).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('[LOBBY-8] with any one byte changed do not count', async () => {
    const { bytes: genesis } = await founded()
    const card = await signCard(claimsBy(member), genesis, member)
    expect(await verdict(card)).toBe('good')
    await fc.assert(
      fc.asyncProperty(fc.nat(card.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        expect(await verdict(card.map((byte, i) => (i === at ? byte ^ change : byte)))).not.toBe('good')
      }),
      { numRuns: 300 },
    )
  })

  it.each(['unlisted', 'private'] as const)('[LOBBY-8] cannot list an %s room', async (visibility) => {
    const { bytes: genesis } = await founded(visibility)
    expect(await verdict(await signCard(claimsBy(), genesis, founder))).toBe('refused')
  })

  it('[LOBBY-8] need a genesis that its founder signed, and an author that signed the card', async () => {
    const { bytes: genesis } = await createGenesis('public', 1_000, { ...member, peer: founder.peer }, crypto)
    expect(await verdict(await signCard(claimsBy(), genesis, founder))).toBe('false')
    const { bytes: good } = await founded()
    expect(await verdict(await signCard(claimsBy(founder), good, member))).toBe('false')
  })

  it.each<[string, object]>([
    ['too many tags', { tags: ['a', 'b', 'c', 'd', 'e', 'f'] }],
    ['a tag twice', { tags: ['a', 'a'] }],
    ['no title', { title: '' }],
    ['a title of two lines', { title: 'a\nb' }],
    ['more listeners than can be', { listeners: limits.cardListeners + 1 }],
    ['half a listener', { listeners: 0.5 }],
    ['an unknown mood', { mood: 'angry' }],
    ['a place finer than a degree', { place: { latitudeDeg: 59.9, longitudeDeg: 10.7 } }],
    ['a place off the globe', { place: { latitudeDeg: 91, longitudeDeg: 0 } }],
    ['an unknown field', { sponsored: true }],
    ['a time before 1970', { atMs: -1 }],
  ])('[LOBBY-8] with %s are refused', async (_, wrong) => {
    const { bytes: genesis } = await founded()
    expect(await verdict(await signCard({ ...claimsBy(), ...wrong }, genesis, founder))).toBe('refused')
  })

  it('[LOBBY-8] of any bytes never throw, and with all texts as long as can be they fit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        expect(await verdict(bytes)).toBe('refused')
      }),
    )
    const { bytes: genesis } = await founded()
    const long = (chars: number, i = 0): string => '𝄞'.repeat(chars - 1) + String.fromCodePoint(97 + i)
    const full = claimsBy(member, {
      title: long(limits.roomNameChars),
      tags: [0, 1, 2, 3, 4].map((i) => long(limits.listingTagChars, i)),
      playing: { title: long(limits.tagChars), artist: long(limits.tagChars) },
      mood: 'melancholic',
      place: { latitudeDeg: -90, longitudeDeg: -180 },
    })
    expect(await verdict(await signCard(full, genesis, member))).toBe('good')
  })
})
