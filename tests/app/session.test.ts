import { describe, expect, it } from 'vitest'
import { PermissionError, RoomLinkError, UnsupportedError } from '../../src/domain/errors.ts'
import { House, type Member } from './house.ts'

const seed = 20_261_121

async function houseOfThree() {
  const house = new House(seed)
  const { address, founder } = await house.found()
  const [ben, cleo] = [await house.enter(address), await house.enter(address)]
  const all = [founder, ben, cleo]
  await house.time.until(() => all.every(({ session }) => session.links.size === 2))
  await house.time.until(() => all.every(({ session }) => session.parts.clock.roomTime.settled))
  return { house, address, founder, ben, cleo, all }
}

const titles = ({ room }: Member): string[] => room.view.queue.map(({ track }) => track.title)
const now = ({ room }: Member): string | undefined => room.view.now?.track.title

describe('a session', () => {
  it('[APP-1] shows the founder’s room to whoever enters: name, people, queue', async () => {
    const { house, founder, ben } = await houseOfThree()
    await house.addTrack(founder, 'One', 60_000)
    await house.addTrack(founder, 'Two', 60_000)
    await house.time.until(() => now(ben) === 'One' && titles(ben).join() === 'Two')
    expect(ben.room.view.name).toBe('House')
    expect(ben.room.view.people).toHaveLength(3)
    expect(ben.room.view.connection).toEqual({ state: 'direct', nodeDown: false })
  })

  it('[APP-2] starts music that is put into a silent room, and lets the next wait its turn', async () => {
    const { house, founder, all } = await houseOfThree()
    await house.addTrack(founder, 'One', 60_000)
    await house.addTrack(founder, 'Two', 60_000)
    await house.time.until(() => all.every((member) => member.playing() === 'One'))
    expect(founder.room.view.now?.lastAction).toMatchObject({ cause: 'play' })
    expect(titles(founder)).toEqual(['Two'])
  })

  it('[LOUD-7] plays each track at the level that its record leads to, the same for everyone', async () => {
    const { house, founder, all } = await houseOfThree()
    await house.addTrack(founder, 'Loud', 30_000, { integratedLufs: -6, peakDbfs: 0 })
    await house.addTrack(founder, 'Unknown', 60_000)
    await house.time.until(() => all.every((member) => member.playing() === 'Loud'))
    for (const { player } of all) expect(player.segments[0]!.gain).toBeCloseTo(10 ** (-10 / 20))
    await house.time.until(() => all.every((member) => member.playing() === 'Unknown'))
    for (const { player } of all) expect(player.segments[0]!.gain).toBe(1)
  })

  it('[APP-3] goes to the next track by itself, everywhere at the same room time, and says so once in writing', async () => {
    const { house, founder, all } = await houseOfThree()
    await house.addTrack(founder, 'One', 30_000)
    await house.addTrack(founder, 'Two', 60_000)
    await house.time.until(() => all.every((member) => member.playing() === 'Two'))
    const starts = all.map(({ player }) => player.segments[0]!.startsAtMs)
    expect(new Set(starts).size).toBe(1)
    await house.time.advance(30_000)
    const anchors = founder.session.state().plays.filter(({ cause }) => cause === 'anchor')
    expect(anchors).toHaveLength(1)
    expect(anchors[0]!.startsAtMs).toBe(starts[0])
    expect(all.every((member) => member.playing() === 'Two')).toBe(true)
  })

  it('[APP-4] plays on when the founder is gone without a word', async () => {
    const { house, founder, ben, cleo } = await houseOfThree()
    await house.addTrack(founder, 'One', 30_000)
    await house.addTrack(founder, 'Two', 60_000)
    await house.time.until(() => titles(cleo).join() === 'Two')
    house.network.crash(founder.session.parts.signer.peer)
    await house.time.until(() => ben.playing() === 'Two' && cleo.playing() === 'Two')
    await house.time.until(() => ben.room.view.people.length === 2)
    await ben.room.pause()
    await house.time.until(() => cleo.room.view.now?.playing === false)
    expect(cleo.player.segments).toEqual([])
  })

  it('[SOUND-21] keeps ready what stands paused, and gives it a time to begin as soon as somebody presses play', async () => {
    const { house, founder, ben, cleo } = await houseOfThree()
    await house.addTrack(founder, 'One', 30_000)
    await house.time.until(() => cleo.playing() === 'One')
    await ben.room.pause()
    await house.time.until(() => cleo.room.view.now?.playing === false)
    const [held] = cleo.player.held
    expect(held).toMatchObject({ positionMs: cleo.room.view.now?.positionMs, endsAtMs: Infinity })
    await ben.room.play()
    await house.time.until(() => cleo.player.segments.length > 0)
    expect(cleo.player.segments[0]).toMatchObject({ positionMs: held!.positionMs })
    expect(cleo.player.held).toEqual([])
  })

  it('[APP-5] brings a person’s name along with the first word, so that it stays when they have gone', async () => {
    const { house, ben, cleo } = await houseOfThree()
    await ben.room.rename('Ben')
    await ben.room.send('hello')
    await house.time.until(() => cleo.room.view.chat.some(({ kind }) => kind === 'message'))
    await ben.room.leave()
    await house.time.until(() => cleo.room.view.people.length === 2)
    expect(cleo.room.view.chat.find(({ kind }) => kind === 'message')?.by).toMatchObject({ name: 'Ben', here: false })
  })

  it('[APP-6] tells joining and leaving on this device only, and whoever was here before is no news', async () => {
    const { house, address, founder, ben } = await houseOfThree()
    const before = founder.session.state()
    await house.time.advance(10_000)
    const dora = await house.enter(address)
    const kinds = () => founder.room.view.chat.filter(({ by }) => by.peer === dora.session.parts.signer.peer)
    await house.time.until(() => kinds().some(({ kind }) => kind === 'joined'))
    await house.time.advance(10_000)
    expect(dora.room.view.people).toHaveLength(4)
    await dora.room.leave()
    await house.time.until(() => kinds().some(({ kind }) => kind === 'left'))
    expect(founder.session.state()).toBe(before)
    expect(dora.room.view.chat.filter(({ by }) => by.peer === ben.session.parts.signer.peer)).toEqual([])
  })

  it('[APP-7] refuses with the reason what the charter does not allow, and nothing is written', async () => {
    const house = new House(seed)
    const { address, founder } = await house.found('hosts')
    const ben = await house.enter(address)
    await house.time.until(() => ben.room.view.name === 'House')
    await house.addTrack(founder, 'One', 60_000)
    await house.time.until(() => ben.playing() === 'One')
    expect(ben.room.view.control).toMatchObject({ allowed: false })
    const { records } = ben.session.parts.replica.diagnostics()
    await expect(ben.room.pause()).rejects.toThrow(PermissionError)
    expect(ben.session.parts.replica.diagnostics().records).toBe(records)
  })

  it('[APP-8] refuses to write into a room of which nothing has come yet', async () => {
    const house = new House(seed)
    const { address, founder } = await house.found()
    await founder.room.leave()
    const ben = await house.enter(address)
    await house.time.advance(1_000)
    expect(ben.room.view.connection.state).toBe('alone')
    await expect(ben.room.send('anyone?')).rejects.toThrow(RoomLinkError)
  })

  it('[APP-30] tells the others that somebody is typing, until they pause or send', async () => {
    const { house, founder, ben, cleo } = await houseOfThree()
    const typists = ({ room }: Member) => room.view.typing.map(({ peer }) => peer)
    const me = ben.session.parts.signer.peer
    ben.room.setTyping(true)
    await house.time.until(() => typists(founder).length === 1 && typists(cleo).length === 1)
    expect([typists(founder), typists(ben)]).toEqual([[me], []])
    await house.time.advance(4_000)
    ben.room.setTyping(true)
    await house.time.advance(4_000)
    expect(typists(cleo)).toEqual([me])
    await house.time.until(() => typists(cleo).length === 0, 3_000)
    ben.room.setTyping(true)
    await house.time.until(() => typists(cleo).length === 1)
    await ben.room.send('done')
    await house.time.until(() => typists(cleo).length === 0, 3_000)
  })

  it('[APP-9] what is written apart is together again when the two halves meet', async () => {
    const { house, founder, ben, cleo, all } = await houseOfThree()
    const [a, b, c] = all.map(({ session }) => session.parts.signer.peer) as [never, never, never]
    house.network.partition([[a], [b, c]])
    await house.time.until(() => founder.session.links.size === 0)
    await founder.room.send('alone here')
    await ben.room.send('two of us')
    house.network.heal()
    const said = ({ room }: Member): string[] =>
      room.view.chat.flatMap((line) => (line.kind === 'message' ? [line.text] : []))
    await house.time.until(() => all.every((member) => said(member).length === 2), 120_000)
    expect(said(cleo)).toEqual(said(founder))
  })

  it('[ELEMENT-12] a linked track plays for everyone from its address, and the swarm is asked for none of it', async () => {
    const { house, founder, all } = await houseOfThree()
    const url = 'https://music.example/one.mp3'
    await founder.room.addTrack({ url, durationMs: 60_000, title: 'One' }, 'One')
    await house.time.until(() => all.every((member) => member.playing() === 'One'))
    for (const { player, session, room } of all) {
      expect(player.segments[0]!.track).toMatchObject({ url })
      await expect(player.segments[0]!.track.read(0, 1, new AbortController().signal)).rejects.toThrow(UnsupportedError)
      expect(session.parts.media.diagnostics().wanted).toBe(0)
      expect(room.view.now?.availability).toEqual({ state: 'elsewhere', host: 'music.example' })
    }
  })
})
