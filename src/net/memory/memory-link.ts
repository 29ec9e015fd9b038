import type { PeerId } from '../../domain/ids.ts'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { Listeners, type ReportError } from '../../domain/listeners.ts'
import { channelNames, type ChannelName, type CloseReason, type Link } from '../link.ts'
import type { Direction } from './path.ts'
import { Pipe, type PipeContext } from './pipe.ts'

/** One end of a link between two members of one memory network. */
export class MemoryLink implements Link {
  readonly peer: PeerId
  readonly transport = 'memory'
  readonly relayed = false
  readonly id: string
  /** A member of a memory network is a page of its own each time it joins. */
  readonly session: string
  readonly #context: PipeContext
  readonly #pipes: Readonly<Record<ChannelName, Pipe>>
  readonly #closing: Listeners<[reason: CloseReason]>
  #remote: MemoryLink | null = null
  #reason: CloseReason | null = null

  constructor(peer: PeerId, id: string, context: PipeContext) {
    this.peer = peer
    this.id = id
    this.session = `${peer}/${id}`
    this.#context = context
    this.#closing = new Listeners(context.report)
    this.#pipes = Object.fromEntries(channelNames.map((name) => [name, new Pipe(name, context)])) as Record<
      ChannelName,
      Pipe
    >
  }

  join(remote: MemoryLink): void {
    this.#remote = remote
    for (const name of channelNames) this.#pipes[name].join(remote.#pipes[name])
  }

  channel(name: ChannelName): Pipe {
    return this.#pipes[name]
  }

  get closed(): boolean {
    return this.#reason !== null
  }

  close(reason: CloseReason): void {
    if (!this.closeHere(reason)) return
    const { direction, remoteScheduler, blocked } = this.#context
    remoteScheduler.after(direction.delayMs(), () => {
      // A goodbye that cannot get through is a loss to the other end, which notices by itself.
      if (!blocked()) this.#remote?.closeHere(reason)
    })
  }

  /** Ends this end alone, as when the network is gone. False when it had ended already. */
  closeHere(reason: CloseReason): boolean {
    if (this.#reason !== null) return false
    this.#reason = reason
    for (const name of channelNames) this.#pipes[name].close()
    this.#closing.tell(reason)
    this.#closing.clear()
    return true
  }

  onClose(listener: (reason: CloseReason) => void): Unsubscribe {
    if (this.#reason === null) return this.#closing.add(listener)
    listener(this.#reason)
    return () => {}
  }

  resume(): void {
    for (const name of channelNames) this.#pipes[name].resume()
  }
}

/** What one end of a new link is made of. */
export interface LinkEnd {
  readonly peer: PeerId
  readonly scheduler: Scheduler
  /** From this end to the other. */
  readonly direction: Direction
}

/** Two joined ends, `a`'s first. */
export function linkPair(
  a: LinkEnd,
  b: LinkEnd,
  id: string,
  blocked: () => boolean,
  report: ReportError,
): [MemoryLink, MemoryLink] {
  const end = (from: LinkEnd, to: LinkEnd): MemoryLink =>
    new MemoryLink(to.peer, id, {
      scheduler: from.scheduler,
      remoteScheduler: to.scheduler,
      direction: from.direction,
      blocked,
      report,
    })
  const ends: [MemoryLink, MemoryLink] = [end(a, b), end(b, a)]
  ends[0].join(ends[1])
  ends[1].join(ends[0])
  return ends
}
