import { formatRoomFragment, type RoomAddress } from '../../domain/address.ts'
import type { Crypto, Signer } from '../../domain/crypto.ts'
import type { PeerId } from '../../domain/ids.ts'
import type { Random, Scheduler } from '../../domain/scheduler.ts'
import { reportUncaught, type ReportError } from '../../domain/listeners.ts'
import type { Transport } from '../transport.ts'
import { provesKey } from './hello.ts'
import { Member, type MeetingPoint } from './member.ts'
import { linkPair, type MemoryLink } from './memory-link.ts'
import { direction, quietPath, type Direction, type PathChoice, type PathModel } from './path.ts'
import { forkRandom } from './seeded-random.ts'

export interface MemoryNetworkOptions {
  /** True time of the simulation, or the real one. */
  readonly scheduler: Scheduler
  readonly random: Random
  /** One path for all pairs, or a choice per pair. Default: a quiet local network. */
  readonly path?: PathModel | PathChoice
  /** With it, a link needs a signed hello, as on real networks. Without it keys are taken on trust: large simulations. */
  readonly crypto?: Crypto
  /** After how long without a sign a link counts as lost, ms. Default 5000, as browsers do. */
  readonly lostAfterMs?: number
  readonly report?: ReportError
}

/** How long a proposal that gets no answer stays open, ms. */
const PROPOSAL_TIMEOUT_MS = 10_000

/** A whole network in one process, decided by its seed: the default in tests and simulations. */
export class MemoryNetwork {
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #choosePath: PathChoice
  readonly #crypto: Crypto | undefined
  readonly #lostAfterMs: number
  readonly #report: ReportError
  readonly #meeting: MeetingPoint
  readonly #topics = new Map<string, Set<Member>>()
  readonly #links = new Map<MemoryLink, { readonly owner: Member; readonly other: Member }>()
  readonly #paths = new Map<string, PathModel>()
  readonly #crashed = new Set<Member>()
  #groups: ReadonlyMap<PeerId, number> = new Map()
  #reachable = true
  #linkCount = 0

  constructor(options: MemoryNetworkOptions) {
    const path = options.path ?? quietPath
    this.#scheduler = options.scheduler
    this.#random = options.random
    this.#choosePath = typeof path === 'function' ? path : () => path
    this.#crypto = options.crypto
    this.#lostAfterMs = options.lostAfterMs ?? 5_000
    this.#report = options.report ?? reportUncaught
    this.#meeting = {
      reachable: () => this.#reachable,
      roundTripMs: 1,
      random: forkRandom(options.random),
      report: this.#report,
      strangersOf: (member) => this.#strangersOf(member),
      propose: (from, to) => this.#propose(from, to),
      part: (member) => this.#topics.get(member.topic)?.delete(member),
    }
  }

  /** The network as one device sees it. `scheduler`: the device's own clock; default: true time. */
  transport(scheduler: Scheduler = this.#scheduler): Transport {
    return {
      name: 'memory',
      join: (room: RoomAddress, signer: Signer) => {
        const topic = formatRoomFragment(room)
        const member = new Member(topic, signer, scheduler, this.#meeting)
        const members = this.#topics.get(topic) ?? new Set()
        this.#topics.set(topic, members.add(member))
        return member
      },
    }
  }

  /** Cuts the network into groups; whoever is in none is in one more group together. Replaces an earlier cut. */
  partition(groups: readonly (readonly PeerId[])[]): void {
    this.#groups = new Map(groups.flatMap((peers, i) => peers.map((peer) => [peer, i] as const)))
    this.#resume()
    this.#watchBlockedLinks()
  }

  /** Ends a partition. Links that were not yet given up carry on where they were. */
  heal(): void {
    this.partition([])
  }

  /** The process of this peer ends without a goodbye: nothing more comes from it, nothing reaches it. */
  crash(peer: PeerId): void {
    for (const members of this.#topics.values())
      for (const member of members) {
        if (member.peer !== peer) continue
        member.halt()
        members.delete(member)
        this.#crashed.add(member)
      }
    this.#watchBlockedLinks()
  }

  /** Whether peers can find each other. Links that stand do not need it. */
  setMeetingPoint(reachable: boolean): void {
    this.#reachable = reachable
    for (const members of this.#topics.values()) for (const member of members) member.meetingChanged()
  }

  #blocked(a: Member, b: Member): boolean {
    if (this.#crashed.has(a) || this.#crashed.has(b)) return true
    return this.#groups.get(a.peer) !== this.#groups.get(b.peer)
  }

  #strangersOf(member: Member): Member[] {
    const others = [...(this.#topics.get(member.topic) ?? [])]
    return others.filter((other) => other !== member && !member.proposals.has(other) && !member.isLinkedTo(other))
  }

  #propose(from: Member, to: Member): void {
    from.proposals.add(to)
    to.proposals.add(from)
    const [forth, back] = this.#directions(from, to)
    const withdraw = (): void => {
      from.proposals.delete(to)
      to.proposals.delete(from)
    }
    // Offer, answer and the first packet of the link itself.
    from.scheduler.after(2 * forth.delayMs() + back.delayMs(), () => {
      if (this.#blocked(from, to)) from.scheduler.after(PROPOSAL_TIMEOUT_MS, withdraw)
      else if (this.#crypto === undefined) {
        this.#accept(from, to, forth, back)
        withdraw()
      } else void this.#prove(from, to, forth, back, this.#crypto).catch(this.#report).finally(withdraw)
    })
  }

  async #prove(from: Member, to: Member, forth: Direction, back: Direction, crypto: Crypto): Promise<void> {
    const challenge = `${from.peer} ${to.peer} ${this.#random()}`
    const proofs = [from, to].map((member) => provesKey(member.signer, challenge, crypto))
    if ((await Promise.all(proofs)).every(Boolean)) this.#accept(from, to, forth, back)
  }

  #accept(from: Member, to: Member, forth: Direction, back: Direction): void {
    // Both may have changed while the hello was on its way.
    if (from.left || to.left || this.#blocked(from, to) || from.isLinkedTo(to)) return
    if (to.admits(from) && from.admits(to)) this.#link(from, to, forth, back)
  }

  #link(from: Member, to: Member, forth: Direction, back: Direction): void {
    const [here, there] = linkPair(
      { peer: from.peer, scheduler: from.scheduler, direction: forth },
      { peer: to.peer, scheduler: to.scheduler, direction: back },
      `memory-${++this.#linkCount}`,
      () => this.#blocked(from, to),
      this.#report,
    )
    this.#watch(here, from, to)
    this.#watch(there, to, from)
    from.addLink(here, to)
    to.addLink(there, from)
  }

  #watch(link: MemoryLink, owner: Member, other: Member): void {
    this.#links.set(link, { owner, other })
    link.onClose(() => this.#links.delete(link))
  }

  #directions(from: Member, to: Member): [forth: Direction, back: Direction] {
    const [first, second] = from.peer < to.peer ? [from.peer, to.peer] : [to.peer, from.peer]
    const key = `${first} ${second}`
    let path = this.#paths.get(key)
    if (path === undefined) {
      path = this.#choosePath(first, second, this.#random)
      this.#paths.set(key, path)
    }
    const sign = from.peer === first ? 1 : -1
    const random = forkRandom(this.#random)
    return [direction(path, sign, random), direction(path, sign === 1 ? -1 : 1, random)]
  }

  #resume(): void {
    for (const [link, { owner, other }] of this.#links) if (!this.#blocked(owner, other)) link.resume()
  }

  /** Links that nothing passes through for long enough are lost, each end by its own watch. */
  #watchBlockedLinks(): void {
    const groups = this.#groups
    for (const [link, { owner, other }] of this.#links) {
      if (!this.#blocked(owner, other)) continue
      this.#scheduler.after(this.#lostAfterMs, () => {
        // A crashed process notices nothing.
        if (this.#crashed.has(owner)) return
        const stillSo = groups === this.#groups || this.#crashed.has(other)
        if (stillSo && this.#blocked(owner, other)) link.closeHere('lost')
      })
    }
  }
}
