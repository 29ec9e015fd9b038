import { newEpoch } from '../../src/clock/epoch.ts'
import { MAX_SLEW_PPM, STEP_MS, type Claim } from '../../src/clock/agreement.ts'
import { clamp } from '../../src/clock/median.ts'
import { Neighbour } from '../../src/clock/neighbour.ts'
import { decodeProbe, encodeProbe } from '../../src/clock/probe.ts'
import { RoomClock } from '../../src/clock/room-clock.ts'
import type { PeerId } from '../../src/domain/ids.ts'
import { ClockService } from '../../src/net/clock-service.ts'
import type { Link } from '../../src/net/link.ts'
import type { Keeper, KeeperContext, MakeKeeper, World } from './world.ts'

/** How long presence takes to spread through a room, ms: what the census knows is so old. */
const PRESENCE_MS = 2_000

/** The shipped clock. The founder knows that it founds the room. */
export const earshot: MakeKeeper = ({ me, clock, random, founder, world }) => {
  const service = new ClockService({
    me,
    scheduler: clock,
    random,
    foundAfterMs: founder ? 500 : 3_000,
    census: () => census(world),
  })
  let steps = 0
  service.onChange((event) => {
    if (event === 'stepped' || event === 'merged') steps++
  })
  return {
    addLink: (link) => void service.addLink(link),
    nowMs: () => service.roomTime.at(),
    get settled() {
      return service.roomTime.settled
    },
    get steps() {
      return steps
    },
    close: () => service.close(),
    get epoch() {
      return service.epoch
    },
  } as Keeper
}

/** Signed presence, modelled: everyone's epoch, as it was a moment ago. Liars hold the epoch of the honest: they want to be believed. */
const censuses = new WeakMap<World, { atMs: number; known: Map<PeerId, never> }>()
function census(world: World): ReadonlyMap<PeerId, never> {
  const cached = censuses.get(world)
  if (cached !== undefined && world.trueMs - cached.atMs < PRESENCE_MS) return cached.known
  const known = new Map<PeerId, never>()
  for (const { me, keeper } of world.people) {
    const { epoch } = keeper as Keeper & { epoch?: never }
    if (epoch) known.set(me, epoch)
  }
  censuses.set(world, { atMs: world.trueMs, known })
  return known
}

/** What a rival makes of its neighbours' claims: how far to move, ms; null to stay as it is. */
type Rule = (claims: readonly Claim[], settled: boolean, context: KeeperContext) => number | null

/** A rival: same probes, same filter, same slewing and stepping, another rule. It counts as settled after its first step. */
const rival =
  (rule: Rule): MakeKeeper =>
  (context) => {
    const { clock, random, founder } = context
    const room = new RoomClock(() => clock.nowMs(), clock.wallMs())
    const epoch = newEpoch(random)
    const neighbours = new Set<Neighbour>()
    room.enter(founder ? 'settled' : 'waiting', 0)
    let steps = 0
    const addLink = (link: Link): void => {
      const channel = link.channel('clock')
      const neighbour = new Neighbour(link.peer, random)
      neighbours.add(neighbour)
      let burst = 8
      let cancel = (): void => {}
      const ask = (): void => {
        channel.send(encodeProbe(neighbour.ask(clock.nowMs())))
        cancel = clock.after(burst-- > 0 ? 60 : room.settled ? 1_250 : 250, ask)
      }
      ask()
      channel.onMessage((bytes, receivedAtMs) => {
        const message = decodeProbe(bytes)
        if (message?.kind === 'answer') neighbour.hear(message, receivedAtMs)
        if (message?.kind !== 'request') return
        if (message.report !== null) neighbour.reported(message.report)
        const sentAtMs = clock.nowMs()
        const { settled, ratePpm } = room
        const roomMs = room.at(sentAtMs) + room.pendingMs(sentAtMs)
        const standing = settled ? ('settled' as const) : ('waiting' as const)
        const rest = { standing, ratePpm, roomMs, epoch, epochAgeMs: 0 }
        channel.send(encodeProbe({ kind: 'answer', id: message.id, receivedAtMs, sentAtMs, ...rest }))
        neighbour.answered(message.id, receivedAtMs, sentAtMs)
      })
      link.onClose(() => {
        cancel()
        neighbours.delete(neighbour)
      })
    }
    let votersSinceMs: number | null = null
    const stop = clock.every(1_000, () => {
      const nowMs = clock.nowMs()
      const claims = [...neighbours].flatMap((neighbour) => neighbour.claim(nowMs, room) ?? [])
      const moveMs = rule(
        claims.filter(({ standing }) => standing === 'settled'),
        room.settled,
        context,
      )
      if (moveMs === null) return
      votersSinceMs ??= nowMs
      const maxMs = MAX_SLEW_PPM * 1e-3
      if (!room.settled || Math.abs(moveMs) > STEP_MS) {
        if (room.settled) steps++
        room.step(moveMs)
        if (nowMs - votersSinceMs >= 3_000) room.enter('settled', 0)
      } else room.slew(clamp(moveMs, -maxMs, maxMs), 1_000, 0)
    })
    return {
      addLink,
      nowMs: () => room.at(),
      get settled() {
        return room.settled
      },
      get steps() {
        return steps
      },
      close: stop,
    }
  }

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Everyone moves by the mean of {0 and the differences}; a newcomer by that of the differences. */
export const meanRival = rival((claims, settled) =>
  claims.length === 0 ? null : meanOf([...(settled ? [0] : []), ...claims.map(({ diffMs }) => diffMs)]),
)

/** Everyone follows the neighbour nearest to the leader, the founder; when the leader is gone, the longest here leads. */
export const leaderRival = rival((claims, _settled, { me, world }) => {
  const own = hops(world).get(me)
  if (own === 0) return null
  const near = claims.toSorted((a, b) => hopsOf(world, a.peer) - hopsOf(world, b.peer))[0]
  return near === undefined || hopsOf(world, near.peer) >= (own ?? Infinity) ? null : near.diffMs
})

const hopsOf = (world: World, peer: PeerId): number => hops(world).get(peer) ?? Infinity

/** Distance of everyone from the leader over links, known to all at once and without a lie: more than a real leader tree could ask for. */
const trees = new WeakMap<World, { atMs: number; hops: Map<PeerId, number> }>()
function hops(world: World): ReadonlyMap<PeerId, number> {
  const cached = trees.get(world)
  if (cached !== undefined && world.trueMs - cached.atMs < 1_000) return cached.hops
  const byPeer = new Map(world.people.map((person) => [person.me, person]))
  const found = new Map<PeerId, number>()
  for (const person of world.people) {
    // A cut-off half has no way to the leader: it elects its own longest member.
    if (found.has(person.me)) continue
    const queue: PeerId[] = [person.me]
    found.set(person.me, 0)
    for (let peer = queue.shift(); peer !== undefined; peer = queue.shift())
      for (const { peer: next } of byPeer.get(peer)?.membership.links ?? [])
        if (!found.has(next) && byPeer.has(next)) {
          found.set(next, found.get(peer)! + 1)
          queue.push(next)
        }
  }
  trees.set(world, { atMs: world.trueMs, hops: found })
  return found
}
