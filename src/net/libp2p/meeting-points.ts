import type { PeerId } from '@libp2p/interface'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { TransportStatus } from '../transport.ts'
import { forEachUrl, type Urls } from '../../domain/urls.ts'
import type { Host } from './host.ts'
import { MeetingPoint } from './meeting-point.ts'

/** How often it is looked whether links still lead through a relay that is no longer used, ms. */
const letGoMs = 5_000
/** How often relays are asked for what they have not answered, ms: above the 5 s that libp2p itself waits for an answer. */
const askMs = 10_000

export interface MeetingPointsOptions {
  readonly urls: Urls
  readonly host: Host
  readonly scheduler: Scheduler
  readonly random: Random
  readonly onChange: () => void
}

/** The relays that are used at present, each kept connected. One that is no longer used is let go when no link leads through it. */
export class MeetingPoints {
  readonly #options: MeetingPointsOptions
  readonly #points = new Map<string, MeetingPoint>()
  /** Relays that are still connected and not used any more, by address. */
  readonly #retired = new Map<string, Unsubscribe>()
  readonly #stop: Unsubscribe
  #stopAsking: Unsubscribe = () => {}
  /** Relays through which the host asked to be called. */
  #circuits = 0
  #stopped = false

  constructor(options: MeetingPointsOptions) {
    this.#options = options
    this.#stop = forEachUrl(options.urls, (url) => this.#use(url))
    this.#askInTurn()
  }

  get current(): readonly MeetingPoint[] {
    return [...this.#points.values()]
  }

  get state(): Exclude<TransportStatus['state'], 'left'> {
    const points = this.current
    if (points.some(({ peer }) => peer !== null)) return 'meeting'
    return points.every(({ triedInVain }) => triedInVain) ? 'unreachable' : 'connecting'
  }

  /** The connections themselves are closed with libp2p. */
  stop(): void {
    this.#stopped = true
    this.#stop()
    this.#stopAsking()
    for (const cancel of this.#retired.values()) cancel()
  }

  #askInTurn(): void {
    this.#stopAsking = this.#options.scheduler.after(askMs, () => {
      for (const { peer } of this.#points.values()) if (peer !== null) this.#ask(peer)
      this.#askInTurn()
    })
  }

  /**
   * libp2p asks a new connection once what it speaks, and then once for a place. Whoever was too busy to hear the answer in time, or was refused by
   * a relay that was full, would neither gossip nor be called for as long as the connection stands.
   */
  #ask(relay: PeerId): void {
    const { identify, pubsub, circuits } = this.#options.host.services
    const [connection] = this.#options.host.getConnections(relay)
    // What is not answered now is asked again.
    if (connection !== undefined && !pubsub.getPeers().some((peer) => peer.equals(relay)))
      identify.identify(connection).catch(() => undefined)
    circuits.ask(relay).catch(() => undefined)
  }

  #use(url: string): Unsubscribe {
    const { host, scheduler, random, onChange } = this.#options
    this.#retired.get(url)?.()
    this.#retired.delete(url)
    const point = new MeetingPoint({ url, libp2p: host, scheduler, random, onChange })
    this.#points.set(url, point)
    if (this.#circuits < this.#points.size) {
      this.#circuits += 1
      // Fails when the host is being stopped: then nobody is to call any more.
      host.services.circuits.listenOnOneMore().catch(() => undefined)
    }
    return () => {
      this.#points.delete(url)
      point.stop()
      if (this.#stopped) return
      this.#retire(url, point)
      onChange()
    }
  }

  #retire(url: string, { peer, address }: MeetingPoint): void {
    if (peer === null) return
    const { host, scheduler } = this.#options
    const through = address.toString()
    const carries = (): boolean =>
      host.getConnections().some(({ direct, remoteAddr }) => !direct && remoteAddr.toString().startsWith(through))
    const look = (): void => {
      if (carries()) return void this.#retired.set(url, scheduler.after(letGoMs, look))
      this.#retired.delete(url)
      // libp2p itself would come back to a relay that has reserved a place.
      host.peerStore
        .delete(peer)
        .then(() => host.hangUp(peer))
        .catch(() => undefined) // gone already, or the host stops
    }
    look()
  }
}
