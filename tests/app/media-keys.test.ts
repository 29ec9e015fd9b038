import { describe, expect, it } from 'vitest'
import { RoomMediaKeys } from '../../src/app/session/media-keys.ts'
import type { ControlPolicy } from '../../src/domain/record.ts'
import type { MediaKeys, NowPlaying, SystemMedia } from '../../src/platform/media-session.ts'
import { House, type Member } from './house.ts'

/** A lock screen that notes what it was given, and whose keys a test can press. */
class LockScreen implements SystemMedia {
  now: NowPlaying | null = null
  keys: MediaKeys = {}
  shows = 0
  closed = false
  wake = (): void => {}
  show(now: NowPlaying | null, keys: MediaKeys): void {
    this.now = now
    this.keys = keys
    this.shows += 1
  }
  close = (): void => void (this.closed = true)
  get offered(): string[] {
    return Object.keys(this.keys).toSorted()
  }
}

/** A founder who looks at the room, and somebody whose phone is in a pocket; a track of a minute plays, another waits. */
async function pocket(control: ControlPolicy = 'everyone') {
  const house = new House(20_261_126)
  const { address, founder } = await house.found(control)
  const ben = await house.enter(address)
  const lockScreen = new LockScreen()
  const sight = { inFront: false }
  const keys = new RoomMediaKeys({
    room: ben.room,
    system: lockScreen,
    scheduler: house.time,
    isInFront: () => sight.inFront,
    onProblem: (problem) => house.problems.push(problem),
  })
  const all = [founder, ben]
  await house.time.until(() => all.every(({ session }) => session.links.size === 1))
  await house.time.until(() => all.every(({ session }) => session.parts.clock.roomTime.settled))
  await house.addTrack(founder, 'One', 60_000)
  await house.addTrack(founder, 'Two', 60_000)
  await house.time.until(() => all.every((member) => member.playing() === 'One'))
  await house.time.until(() => lockScreen.now?.playing === true)
  return { house, founder, ben, all, lockScreen, sight, keys }
}

const playing = ({ room }: Member): boolean | undefined => room.view.now?.playing

describe('media keys', () => {
  it('[KEYS-1] show what plays and where it is, and are told anew only when that has changed', async () => {
    const { house, founder, lockScreen, keys } = await pocket()
    await house.time.advance(5_000)
    const { shows } = lockScreen
    expect(lockScreen.now).toMatchObject({ title: 'One', durationMs: 60_000, playing: true })
    await house.time.advance(10_000)
    expect(lockScreen.shows).toBe(shows)
    await founder.room.seek(40_000)
    await house.time.until(() => lockScreen.shows > shows)
    expect(Math.abs(lockScreen.now!.positionMs - 40_000)).toBeLessThan(1_000)
    await house.time.until(() => lockScreen.now?.title === 'Two')
    await founder.room.skip()
    await house.time.until(() => lockScreen.now === null)
    expect(lockScreen.offered).toEqual([])
    keys.close()
    expect(lockScreen.closed).toBe(true)
  })

  it('[KEYS-2] next and seek are the room’s, for everyone, with a name', async () => {
    const { house, founder, ben, lockScreen } = await pocket()
    expect(lockScreen.offered).toEqual(['interrupted', 'next', 'pause', 'seekBy', 'seekTo'])
    lockScreen.keys.seekTo!(30_000)
    await house.time.until(() => founder.room.positionMs() > 30_000)
    expect(founder.room.view.now?.lastAction).toMatchObject({ cause: 'seek', by: { peer: ben.room.view.me.peer } })
    lockScreen.keys.seekBy!(-10_000)
    await house.time.until(() => founder.room.positionMs() < 25_000)
    lockScreen.keys.next!()
    await house.time.until(() => founder.playing() === 'Two')
    expect(founder.room.view.now?.lastAction).toMatchObject({ cause: 'skip', by: { peer: ben.room.view.me.peer } })
  })

  it('[KEYS-3] pause is the room’s while the page is in front', async () => {
    const { house, all, ben, lockScreen, sight } = await pocket()
    sight.inFront = true
    lockScreen.keys.pause!()
    await house.time.until(() => all.every((member) => playing(member) === false))
    await house.time.until(() => lockScreen.now?.playing === false)
    expect(ben.room.view.sound.away).toBe(false)
    expect(lockScreen.offered).toContain('play')
    lockScreen.keys.play!()
    await house.time.until(() => all.every((member) => playing(member) === true))
  })

  it('[KEYS-3] out of sight pause stops one’s own sound, tells the others no more than that, and play comes back in at the present', async () => {
    const { house, founder, ben, all, lockScreen } = await pocket()
    const plays = founder.session.state().plays.length
    lockScreen.keys.pause!()
    expect(ben.player.muted).toBe(true)
    expect(ben.room.view.sound).toMatchObject({ away: true, state: 'locked' })
    expect(lockScreen.now).toMatchObject({ title: 'One', playing: false })
    const seen = (): boolean | undefined => founder.room.view.people.find(({ isMe }) => !isMe)?.listening
    await house.time.until(() => seen() === false)
    // Unmuting is no way around it, and survives it.
    ben.room.setMuted(false)
    expect(ben.player.muted).toBe(true)
    await house.time.advance(5_000)
    expect(all.map(playing)).toEqual([true, true])
    expect(founder.session.state().plays).toHaveLength(plays)
    lockScreen.keys.play!()
    await house.time.until(() => seen() === true)
    expect(ben.player.muted).toBe(false)
    expect(ben.room.view.sound.away).toBe(false)
    expect(founder.session.state().plays).toHaveLength(plays)
    expect(Math.abs(lockScreen.now!.positionMs - founder.room.positionMs())).toBeLessThan(1_000)
  })

  it('[KEYS-4] offer nothing that the room does not allow; pause stays one’s own', async () => {
    const { house, founder, ben, lockScreen, sight } = await pocket('hosts')
    sight.inFront = true
    expect(lockScreen.offered).toEqual(['interrupted', 'pause'])
    lockScreen.keys.pause!()
    expect(ben.player.muted).toBe(true)
    expect(playing(founder)).toBe(true)
    expect(lockScreen.offered).toEqual(['interrupted', 'play'])
    lockScreen.keys.play!()
    await house.time.until(() => !ben.player.muted)
    await founder.room.pause()
    await house.time.until(() => lockScreen.now?.playing === false)
    expect(lockScreen.offered).toEqual(['interrupted'])
    expect(house.problems).toEqual([])
  })

  it('[KEYS-5] a call silences this device alone, and its end brings the music back', async () => {
    const { house, founder, ben, lockScreen, sight } = await pocket()
    sight.inFront = true
    lockScreen.keys.interrupted!(true)
    expect(ben.player.muted).toBe(true)
    await house.time.advance(2_000)
    expect(playing(founder)).toBe(true)
    lockScreen.keys.interrupted!(false)
    await house.time.until(() => !ben.player.muted)
    // Whoever stopped by hand is not brought back by the system.
    sight.inFront = false
    lockScreen.keys.pause!()
    lockScreen.keys.interrupted!(false)
    await house.time.advance(2_000)
    expect(ben.player.muted).toBe(true)
  })
})
