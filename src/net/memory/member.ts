import { limits } from '../../domain/limits.ts'
import type { Signer } from '../../domain/crypto.ts'
import type { PeerId } from '../../domain/ids.ts'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { Listeners, type ReportError } from '../../domain/listeners.ts'
import type { Link } from '../link.ts'
import type { Membership, TransportStatus } from '../transport.ts'
import type { MemoryLink } from './memory-link.ts'
import { pick } from './seeded-random.ts'

/** How often a member looks after its neighbourhood, mean, ms. */
const TEND_MS = 2_000
/** How often a full neighbourhood swaps one neighbour for a stranger, mean, ms: so that halves which were apart grow together. */
const ROTATE_MS = 15_000

/** What a member asks of its network. */
export interface MeetingPoint {
  reachable(): boolean
  /** Round trip to it, ms. */
  readonly roundTripMs: number
  readonly random: Random
  readonly report: ReportError
  strangersOf(member: Member): Member[]
  propose(from: Member, to: Member): void
  part(member: Member): void
}

/** One peer in one room of a memory network. */
export class Member implements Membership {
  readonly topic: string
  readonly signer: Signer
  readonly scheduler: Scheduler
  /** Members that a proposal is under way to or from, until it succeeds or fails. */
  readonly proposals = new Set<Member>()
  readonly #links = new Map<MemoryLink, Member>()
  readonly #meeting: MeetingPoint
  readonly #onLink: Listeners<[link: Link]>
  readonly #onStatus: Listeners<[status: TransportStatus]>
  #status: TransportStatus = { state: 'connecting' }
  #rotatesAtMs = 0
  /** A proposal is under way that shall replace a neighbour. */
  #rotating = false
  #cancel: Unsubscribe = () => {}

  constructor(topic: string, signer: Signer, scheduler: Scheduler, meeting: MeetingPoint) {
    this.topic = topic
    this.signer = signer
    this.scheduler = scheduler
    this.#meeting = meeting
    this.#onLink = new Listeners(meeting.report)
    this.#onStatus = new Listeners(meeting.report)
    this.#cancel = scheduler.after(meeting.roundTripMs, () => this.#tend())
  }

  get peer(): PeerId {
    return this.signer.peer
  }

  get links(): ReadonlySet<MemoryLink> {
    return new Set(this.#links.keys())
  }

  get linkCount(): number {
    return this.#links.size
  }

  get status(): TransportStatus {
    return this.#status
  }

  get attempts(): number {
    return this.proposals.size
  }

  get left(): boolean {
    return this.#status.state === 'left'
  }

  isLinkedTo(other: Member): boolean {
    return [...this.#links.values()].includes(other)
  }

  onLink(listener: (link: Link) => void): Unsubscribe {
    const unsubscribe = this.#onLink.add(listener)
    for (const link of this.#links.keys()) listener(link)
    return unsubscribe
  }

  onStatus(listener: (status: TransportStatus) => void): Unsubscribe {
    return this.#onStatus.add(listener)
  }

  leave(): Promise<void> {
    if (this.left) return Promise.resolve()
    this.halt()
    this.#setStatus({ state: 'left' })
    this.#meeting.part(this)
    for (const link of [...this.#links.keys()]) link.close('left')
    this.#onLink.clear()
    this.#onStatus.clear()
    return Promise.resolve()
  }

  /** Stops looking for peers, as a crashed process does. */
  halt(): void {
    this.#cancel()
  }

  /** The meeting point came or went. */
  meetingChanged(): void {
    if (this.#status.state === 'connecting' || this.left) return
    this.#followMeeting()
  }

  /** Whether one more neighbour is welcome. A newcomer without any always is: another neighbour makes room. */
  admits(newcomer: Member): boolean {
    if (this.#links.size < limits.neighbours + limits.neighboursSlack) return true
    if (newcomer.linkCount > 0) return false
    this.#dropOne()
    return true
  }

  addLink(link: MemoryLink, member: Member): void {
    if (this.#links.size > limits.neighbours && this.#rotating) this.#dropOne()
    this.#rotating = false
    this.#links.set(link, member)
    link.onClose(() => this.#links.delete(link))
    this.#onLink.tell(link)
  }

  #dropOne(): void {
    const link = pick(this.#meeting.random, [...this.#links.keys()])
    link?.close('crowded')
  }

  #tend(): void {
    const { random } = this.#meeting
    this.#cancel = this.scheduler.after(TEND_MS * (0.5 + random()), () => this.#tend())
    this.#followMeeting()
    if (!this.#meeting.reachable()) return
    const strangers = this.#meeting.strangersOf(this)
    const nowMs = this.scheduler.nowMs()
    if (this.#rotatesAtMs === 0) this.#rotatesAtMs = nowMs + ROTATE_MS * (0.5 + random())
    let wanted = limits.neighbours - this.#links.size - this.proposals.size
    if (wanted <= 0 && nowMs >= this.#rotatesAtMs) {
      this.#rotatesAtMs = nowMs + ROTATE_MS * (0.5 + random())
      this.#rotating = true
      wanted = 1
    }
    for (; wanted > 0 && strangers.length > 0; wanted--) {
      const [stranger] = strangers.splice(Math.floor(random() * strangers.length), 1)
      if (stranger !== undefined) this.#meeting.propose(this, stranger)
    }
  }

  #followMeeting(): void {
    this.#setStatus(
      this.#meeting.reachable()
        ? { state: 'meeting' }
        : { state: 'unreachable', why: 'The meeting point does not answer.' },
    )
  }

  #setStatus(status: TransportStatus): void {
    if (status.state === this.#status.state) return
    this.#status = status
    this.#onStatus.tell(status)
  }
}
