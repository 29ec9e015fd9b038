import { describe, expect, it } from 'vitest'
import { Lobby } from '../../src/app/lobby.ts'
import { Announcer } from '../../src/app/session/announcer.ts'
import type { PersonView, RoomView } from '../../src/app/room-view.ts'
import { limits } from '../../src/domain/limits.ts'
import type { Visibility } from '../../src/domain/record.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { CardReader } from '../../src/replica/card-codec.ts'
import { createGenesis } from '../../src/replica/genesis.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'

const random = seededRandom(3)
const crypto = nodeCrypto(random)

/** A room's page and the lobby of another device, with a wire between them instead of a node. */
async function scene(visibility: Visibility = 'public') {
  const time = new VirtualTime({ turn: () => new Promise((done) => setImmediate(done)) })
  const signer = nodeSigner(random)
  const { bytes: genesis } = await createGenesis('public', time.wallMs(), signer, crypto)
  const person = (peer: string, role: PersonView['role']): PersonView =>
    ({ peer, role, here: true, isMe: peer === signer.peer }) as PersonView
  const me = person(signer.peer, 'founder')
  const room = {
    view: {
      visibility,
      name: 'Kitchen',
      listing: { tags: ['jazz'] },
      me,
      people: [me],
      now: null,
    } as unknown as RoomView,
    subscribe: () => () => {},
    change(part: Partial<RoomView>) {
      this.view = { ...this.view, ...part }
    },
  }
  let wire: (bytes: Uint8Array, node: string) => void = () => {}
  let cards = 0
  const problems: unknown[] = []
  const onProblem = (problem: unknown): void => void problems.push(problem)
  const lobby = new Lobby({
    ...{ scheduler: time, reader: new CardReader(crypto), onProblem, hour: () => 12 },
    connect(onCard) {
      wire = onCard
      return () => (wire = () => {})
    },
    taste: () => Promise.resolve(new Map()),
    askPlace: () => Promise.resolve({ latitudeDeg: 59, longitudeDeg: 10 }),
  })
  const close = lobby.open()
  const announcer = new Announcer({
    ...{ room, signer, scheduler: time, onProblem, genesis: () => genesis },
    connect: () => ({
      publish(card) {
        cards += 1
        wire(card, 'a')
      },
      close: () => {},
    }),
  })
  return {
    ...{ time, room, lobby, announcer, close, problems, guest: person('guest', 'listener') },
    titles: () => lobby.rooms('trending', {}).map(({ title }) => title),
    cards: () => cards,
  }
}

describe('a room and the lobby', () => {
  it('[LOBBY-12] a public room is announced once a minute, and soon after a change', async () => {
    const { time, room, lobby, titles, cards, problems } = await scene()
    await time.advance(1_000)
    expect([titles(), cards()]).toEqual([['Kitchen'], 1])
    await time.advance(50_000)
    expect(cards()).toBe(1)
    room.change({ name: 'Garden' })
    await time.advance(limits.cardPeriodMs / 10)
    expect([titles(), cards()]).toEqual([['Garden'], 2])
    await time.advance(10 * limits.cardPeriodMs)
    expect(titles()).toEqual(['Garden'])
    expect(cards()).toBeGreaterThanOrEqual(11)
    expect(cards()).toBeLessThanOrEqual(13)
    expect(lobby.rooms('trending', { words: 'jazz' })).toHaveLength(1)
    expect(lobby.rooms('trending', { words: 'dub' })).toEqual([])
    expect(problems).toEqual([])
  })

  it.each(['unlisted', 'private'] as const)('[LOBBY-12] an %s room is not announced', async (visibility) => {
    const { time, cards } = await scene(visibility)
    await time.advance(5 * limits.cardPeriodMs)
    expect(cards()).toBe(0)
  })

  it('[LOBBY-1] the last one to leave takes the room out of the lobby; when somebody stays it stands', async () => {
    const alone = await scene()
    await alone.time.advance(1_000)
    await alone.announcer.close()
    await alone.time.advance(1_000)
    expect(alone.titles()).toEqual([])
    const together = await scene()
    together.room.change({ people: [...together.room.view.people, together.guest] })
    await together.time.advance(1_000)
    await together.announcer.close()
    await together.time.advance(1_000)
    expect(together.titles()).toEqual(['Kitchen'])
  })

  it('[LOBBY-1] a room whose people all vanished without a word is gone when its card has expired', async () => {
    const { time, room, titles } = await scene()
    await time.advance(1_000)
    room.change({ name: '' })
    await time.advance(limits.cardLifeMs - 5_000)
    expect(titles()).toEqual(['Kitchen'])
    await time.advance(5_000)
    expect(titles()).toEqual([])
  })

  it('[LOBBY-6] a device is asked where it is only when its person wants to know what is near', async () => {
    const { lobby } = await scene()
    expect(lobby.located).toBe(false)
    await lobby.locate()
    expect(lobby.located).toBe(true)
  })
})
