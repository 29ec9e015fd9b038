import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LobbyBoard, supersedes, type Posted } from '../../src/domain/lobby/board.ts'
import type { Card } from '../../src/domain/lobby/card.ts'
import { coarsePlace, distanceKm } from '../../src/domain/lobby/place.ts'
import { lobbyOrders, moodsOfHour, rank, type RankContext } from '../../src/domain/lobby/rank.ts'
import { matches } from '../../src/domain/lobby/search.ts'
import { fits, hear, wordsOf, type Taste } from '../../src/domain/lobby/taste.ts'
import { limits } from '../../src/domain/limits.ts'
import { moods } from '../../src/domain/record.ts'
import type { RoomId } from '../../src/domain/ids.ts'
import { fakeHash, fakePeer } from '../support/records.ts'

const nowMs = 1_800_000_000_000

const cardOf = (more: Partial<Card> = {}): Card => ({
  ...{ room: fakeHash<RoomId>(1), founder: fakePeer(1), author: fakePeer(1), foundedAtMs: nowMs - 1_000 },
  ...{ atMs: nowMs, title: 'A room', tags: [], listeners: 1, ended: false, ...more },
})

const place = fc.record({
  latitudeDeg: fc.integer({ min: -90, max: 89 }),
  longitudeDeg: fc.integer({ min: -180, max: 179 }),
})
const arbitraryCard = fc
  .record(
    {
      room: fc.nat(40).map((seed) => fakeHash<RoomId>(seed)),
      founder: fc.nat(6).map(fakePeer),
      author: fc.nat(6).map(fakePeer),
      foundedAtMs: fc.integer({ min: 0, max: 2 * nowMs }),
      atMs: fc.integer({ min: nowMs - limits.cardLifeMs, max: nowMs + limits.cardAheadMs }),
      listeners: fc.nat(limits.cardListeners),
      mood: fc.constantFrom(...moods),
      place,
      tags: fc.uniqueArray(fc.constantFrom('jazz', 'dub', 'vinyl')),
      ended: fc.constant(false),
    },
    { requiredKeys: ['room', 'founder', 'author', 'foundedAtMs', 'atMs', 'listeners', 'tags', 'ended'] },
  )
  .map((more) => cardOf(more))
const arbitraryPosted = fc
  .uniqueArray(
    fc.record({ card: arbitraryCard, source: fc.constantFrom('a', 'b', 'c'), firstListeners: fc.nat(100) }),
    { selector: ({ card }) => card.room },
  )
  .map((posted): readonly Posted[] => posted)
const context: RankContext = { taste: new Map(), place: null, wallMs: nowMs, hour: 20 }
const arbitraryContext: fc.Arbitrary<RankContext> = fc.record({
  taste: fc.constantFrom<Taste>(new Map(), new Map([['tag:jazz', 3]])),
  place: fc.option(place),
  wallMs: fc.constant(nowMs),
  hour: fc.integer({ min: 0, max: 23 }),
})

describe('the board', () => {
  it('[LOBBY-1] lets a card stand for its time and no longer, wherever its author’s clock stands', () => {
    const board = new LobbyBoard()
    expect(board.put(cardOf(), 'a', nowMs)).toBe(true)
    expect(board.prune(nowMs + limits.cardLifeMs - 1)).toBe(false)
    expect(board.posted).toHaveLength(1)
    expect(board.prune(nowMs + limits.cardLifeMs)).toBe(true)
    expect(board.posted).toEqual([])
    expect(board.put(cardOf({ atMs: nowMs - limits.cardLifeMs }), 'a', nowMs)).toBe(false)
    expect(board.put(cardOf({ atMs: nowMs + limits.cardAheadMs + 1 }), 'a', nowMs)).toBe(false)
  })

  it('[LOBBY-1] takes a room away as soon as the one who announced it says that it has ended', () => {
    const board = new LobbyBoard()
    board.put(cardOf({ author: fakePeer(2) }), 'a', nowMs)
    expect(board.put(cardOf({ author: fakePeer(3), atMs: nowMs + 1, ended: true }), 'a', nowMs)).toBe(false)
    expect(board.posted).toHaveLength(1)
    expect(board.put(cardOf({ author: fakePeer(2), atMs: nowMs + 1, ended: true }), 'a', nowMs)).toBe(true)
    expect(board.posted).toEqual([])
  })

  it('[LOBBY-2] never lets a card stand that came later and was written earlier by the same author', () => {
    fc.assert(
      fc.property(fc.array(arbitraryCard), (cards) => {
        const board = new LobbyBoard()
        for (const card of cards) {
          const held = board.posted.find((each) => each.card.room === card.room)?.card
          const taken = board.put(card, 'a', nowMs)
          if (taken && held?.author === card.author) expect(card.atMs).toBeGreaterThan(held.atMs)
        }
      }),
    )
  })

  it('[LOBBY-2] gives the founder’s card precedence, and a silent one’s place to who speaks', () => {
    const founders = cardOf()
    const others = cardOf({ author: fakePeer(2), atMs: nowMs + 50 })
    expect(supersedes(others, founders, nowMs + limits.cardPeriodMs)).toBe(false)
    expect(supersedes(founders, others, nowMs)).toBe(true)
    expect(supersedes(others, founders, nowMs + 2 * limits.cardPeriodMs)).toBe(true)
    expect(supersedes(cardOf({ author: fakePeer(2), ended: true }), founders, nowMs + 2 * limits.cardPeriodMs)).toBe(
      false,
    )
  })

  it('[LOBBY-3] holds no more than its places, one card per room, and few rooms per founder', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(arbitraryCard, fc.constantFrom('a', 'b', 'c'))), (posts) => {
        const board = new LobbyBoard(12)
        for (const [card, source] of posts) board.put(card, source, nowMs)
        const cards = board.posted.map(({ card }) => card)
        expect(cards.length).toBeLessThanOrEqual(12)
        expect(new Set(cards.map(({ room }) => room)).size).toBe(cards.length)
        for (const ofFounder of Map.groupBy(cards, ({ founder }) => founder).values())
          expect(ofFounder.length).toBeLessThanOrEqual(limits.lobbyRoomsPerFounder)
      }),
    )
  })

  it('[LOBBY-3] does not let a flood from one source push another’s cards out', () => {
    const board = new LobbyBoard(20)
    const quiet = [1, 2, 3].map((seed) =>
      cardOf({ room: fakeHash(seed), founder: fakePeer(seed), author: fakePeer(seed) }),
    )
    for (const card of quiet) board.put(card, 'quiet', nowMs)
    for (let seed = 100; seed < 600; seed++)
      board.put(cardOf({ room: fakeHash(seed), founder: fakePeer(seed), author: fakePeer(seed) }), 'loud', nowMs)
    expect(board.posted.filter(({ source }) => source === 'quiet')).toHaveLength(3)
    expect(board.posted).toHaveLength(20)
  })
})

describe('the order of the lobby', () => {
  it.each(lobbyOrders)(
    '[LOBBY-4] by %s is total: it shows each card once, and the same for any order of arrival',
    (order) => {
      fc.assert(
        fc.property(arbitraryPosted, arbitraryContext, fc.infiniteStream(fc.nat()), (posted, given, swaps) => {
          const ranked = rank(posted, order, given)
          expect(new Set(ranked)).toEqual(new Set(posted))
          const shuffled = posted
            .map((each) => ({ each, at: swaps.next().value ?? 0 }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ each }) => each)
          expect(rank(shuffled, order, given)).toEqual(ranked)
        }),
      )
    },
  )

  it.each(lobbyOrders)(
    '[LOBBY-4] by %s gives each source its turn, and each founder one room before anyone’s second',
    (order) => {
      fc.assert(
        fc.property(arbitraryPosted, arbitraryContext, (posted, given) => {
          const ranked = rank(posted, order, given)
          const bySource = Map.groupBy(ranked, ({ source }) => source)
          for (let length = 1; length <= ranked.length; length++)
            for (const [source, all] of bySource) {
              const shown = ranked.slice(0, length).filter((each) => each.source === source).length
              expect(shown).toBeGreaterThanOrEqual(Math.min(all.length, Math.floor(length / bySource.size)))
            }
          for (const ofSource of bySource.values()) {
            const times = new Map<string, number>()
            const rounds = ofSource.map(({ card }) => {
              times.set(card.founder, (times.get(card.founder) ?? 0) + 1)
              return times.get(card.founder) ?? 0
            })
            expect(rounds).toEqual(rounds.toSorted((a, b) => a - b))
          }
        }),
      )
    },
  )

  const posted = (seed: number, more: Partial<Card>, firstListeners = more.listeners ?? 1): Posted => ({
    card: cardOf({ room: fakeHash(seed), founder: fakePeer(seed), ...more }),
    ...{ source: 'a', firstListeners },
  })
  const titles = (list: readonly Posted[]): string[] => list.map(({ card }) => card.title)

  it('[LOBBY-5] trends where many are and more than before, and a boast beyond 200 counts no more', () => {
    const rooms = [
      posted(1, { title: 'full', listeners: 40 }),
      posted(2, { title: 'growing', listeners: 40 }, 5),
      posted(3, { title: 'quiet', listeners: 2 }),
    ]
    expect(titles(rank(rooms, 'trending', context))).toEqual(['growing', 'full', 'quiet'])
    const boast = [posted(1, { title: 'z', listeners: 10_000 }), posted(2, { title: 'y', listeners: 200 }, 199)]
    expect(titles(rank(boast, 'trending', context))).toEqual(['y', 'z'])
  })

  it('[LOBBY-5] recommends what this device has listened to', () => {
    const taste = ['Nina', 'Nina', 'Moby'].reduce<Taste>(
      (known, artist) => hear(known, wordsOf({ tags: ['jazz'], playing: { title: 'x', artist } })),
      new Map(),
    )
    const rooms = [
      posted(1, { title: 'other', listeners: 200, playing: { title: 'x', artist: 'Somebody' } }),
      posted(2, { title: 'tag', tags: ['Jazz'] }),
      posted(3, { title: 'artist', playing: { title: 'y', artist: 'NINA' } }),
    ]
    expect(titles(rank(rooms, 'recommended', { ...context, taste }))).toEqual(['artist', 'tag', 'other'])
  })

  it('[LOBBY-5] a taste fades, is bounded, and more of a word never fits less', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.stringMatching(/^tag:[a-z]{1,3}$/), { maxLength: 5 }), { maxLength: 300 }),
        (heard) => {
          const taste = heard.reduce<Taste>(hear, new Map())
          expect(taste.size).toBeLessThanOrEqual(limits.tasteWords)
          for (const weight of taste.values()) expect(weight).toBeGreaterThan(0)
          const again = hear(new Map([['tag:a', 5]]), ['tag:a'])
          expect(fits(again, { tags: ['a'] })).toBeGreaterThan(fits(new Map([['tag:a', 5]]), { tags: ['a'] }))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('[LOBBY-5] new rooms come first by their founding, and one from the future does not stay ahead', () => {
    const rooms = [
      posted(1, { title: 'old', foundedAtMs: nowMs - 9_000 }),
      posted(2, { title: 'future', foundedAtMs: 2 * nowMs, listeners: 1 }),
      posted(3, { title: 'now', foundedAtMs: nowMs, listeners: 5 }),
    ]
    expect(titles(rank(rooms, 'new', context))).toEqual(['now', 'future', 'old'])
  })

  it('[LOBBY-5] nearby rooms come first by their distance, those that say no place last', () => {
    const oslo = coarsePlace(59.9, 10.7)
    const rooms = [
      posted(1, { title: 'nowhere', listeners: 99 }),
      posted(2, { title: 'Tokyo', place: coarsePlace(35.7, 139.7) }),
      posted(3, { title: 'Gothenburg', place: coarsePlace(57.7, 12) }),
    ]
    expect(titles(rank(rooms, 'nearby', { ...context, place: oslo }))).toEqual(['Gothenburg', 'Tokyo', 'nowhere'])
  })

  it('[LOBBY-5] the hour prefers moods that go with it, and every hour has some', () => {
    for (let hour = 0; hour < 24; hour++) expect(moodsOfHour(hour)).not.toEqual([])
    const rooms = [
      posted(1, { title: 'focus', mood: 'focus', listeners: 90 }),
      posted(2, { title: 'party', mood: 'party' }),
    ]
    expect(titles(rank(rooms, 'hour', { ...context, hour: 21 }))).toEqual(['party', 'focus'])
    expect(titles(rank(rooms, 'hour', { ...context, hour: 11 }))).toEqual(['focus', 'party'])
  })
})

describe('places', () => {
  it('[LOBBY-6] are cells that hide where in them one is, and distances are those of a globe', () => {
    const coordinate = {
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    }
    fc.assert(
      fc.property(fc.record(coordinate), fc.record(coordinate), (a, b) => {
        const [cellA, cellB] = [coarsePlace(a.latitude, a.longitude), coarsePlace(b.latitude, b.longitude)]
        for (const { latitudeDeg, longitudeDeg } of [cellA, cellB]) {
          expect(Number.isInteger(latitudeDeg) && latitudeDeg >= -90 && latitudeDeg <= 89).toBe(true)
          expect(Number.isInteger(longitudeDeg) && longitudeDeg >= -180 && longitudeDeg <= 179).toBe(true)
        }
        expect(distanceKm(cellA, cellB)).toBeCloseTo(distanceKm(cellB, cellA), 6)
        expect(distanceKm(cellA, cellA)).toBe(0)
        expect(distanceKm(cellA, cellB)).toBeLessThanOrEqual(20_016)
      }),
    )
    expect(coarsePlace(59.91, 10.75)).toEqual(coarsePlace(59.2, 10.1))
    // Oslo to Tokyo: 8,410 km.
    expect(Math.abs(distanceKm(coarsePlace(59.9, 10.7), coarsePlace(35.7, 139.7)) - 8_410)).toBeLessThan(150)
  })
})

describe('the search', () => {
  it('[LOBBY-7] finds each word in title, tags or what plays, without case and accents', () => {
    const card = cardOf({
      title: 'Café Nocturne',
      tags: ['jazz'],
      playing: { title: 'Jóga', artist: 'Björk' },
      mood: 'calm',
      language: 'fr',
    })
    for (const words of ['', 'cafe', 'BJORK jazz', 'joga nocturne', '  jazz  '])
      expect(matches(card, { words })).toBe(true)
    for (const words of ['techno', 'jazz techno']) expect(matches(card, { words })).toBe(false)
    expect(matches(card, { words: 'cafe', mood: 'calm', language: 'fr' })).toBe(true)
    expect(matches(card, { mood: 'party' })).toBe(false)
    expect(matches(card, { language: 'de' })).toBe(false)
  })
})
