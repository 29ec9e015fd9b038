import { describe, expect, it } from 'vitest'
import type { PathModel } from '../../src/net/memory/path.ts'
import { House, type Member } from './house.ts'

const internet: PathModel = { latencyMs: 40, jitterMs: 15, asymmetryMs: 4, loss: 0.02, bytesPerMs: 50 }

/** What a member's player is on, as a line through room time. */
const line = ({ player, session }: Member): string => {
  const nowMs = session.nowMs()
  return player.segments.find(({ startsAtMs, endsAtMs }) => startsAtMs <= nowMs && endsAtMs > nowMs)?.id ?? 'silence'
}

describe('two halves of a room', () => {
  it.each([1, 2, 3])(
    '[PLAY-24] that meet again after a minute apart change what sounds at most once, and only one half does (seed %i)',
    async (seed) => {
      const house = new House(seed, internet)
      const { address, founder } = await house.found()
      const all = [founder]
      for (let i = 0; i < 3; i++) all.push(await house.enter(address))
      await house.time.until(() => all.every(({ session }) => session.links.size === 3))
      await house.time.until(() => all.every(({ session }) => session.parts.clock.roomTime.settled))
      for (let i = 0; i < 8; i++) await house.addTrack(founder, `Track ${i}`, 600_000)
      await house.time.until(() => all.every((member) => member.playing() === 'Track 0'))
      const peers = all.map(({ session }) => session.parts.signer.peer)
      house.network.partition([[peers[0]!, peers[1]!]])
      // Both halves press as they like, several of them.
      for (let i = 0; i < 6; i++) {
        await house.time.advance(5_000)
        await all[i % 4]!.room[i % 3 === 0 ? 'skip' : 'seek'](1_000 * i)
      }
      await house.time.advance(30_000)
      const before = all.map(line)
      expect(before[0]).not.toBe(before[2])
      const changes = all.map((): string[] => [])
      const look = (): void =>
        all.forEach((member, i) => {
          const now = line(member)
          if (now !== (changes[i]!.at(-1) ?? before[i])) changes[i]!.push(now)
        })
      const stop = house.time.every(5, look)
      house.network.heal()
      await house.time.until(() => new Set(all.map(line)).size === 1, 20_000)
      await house.time.advance(3_000)
      stop()
      expect(new Set(all.map(line)).size).toBe(1)
      const counts = changes.map(({ length }) => length)
      expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1])
      expect(counts[0]).toBe(counts[1])
      expect(house.problems).toEqual([])
    },
  )
})
