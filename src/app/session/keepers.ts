import type { Crypto } from '../../domain/crypto.ts'
import type { RoomId } from '../../domain/ids.ts'
import { Listeners } from '../../domain/listeners.ts'
import type { Permission } from '../../domain/permissions.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import { nodeName } from '../../net/node-address.ts'
import { forEachUrl } from '../../domain/urls.ts'
import type { Nodes } from '../nodes.ts'
import type { KeepingPort, KeepingView } from '../room-view.ts'
import type { Settings } from '../settings.ts'
import { Keeping, type Shelved } from './keeping.ts'

interface KeepersOptions {
  readonly nodes: Pick<Nodes, 'urls' | 'onChange' | 'views' | 'subscribe'>
  /** Whether a node keeps rooms for those who ask; null when it does not answer. */
  readonly keeps: (node: string) => Promise<boolean | null>
  /** The room at a node that keeps rooms. */
  readonly open: (node: string) => Promise<Shelved>
  readonly room: RoomId
  readonly settings: Pick<Settings, 'claim' | 'saveClaim'>
  readonly crypto: Pick<Crypto, 'randomBytes'>
  readonly mayKeep: () => Permission
  readonly onProblem: (problem: unknown) => void
}

/** The room at all nodes that are used and keep rooms. */
export class Keepers implements KeepingPort {
  readonly #options: KeepersOptions
  readonly #listeners = new Listeners<[]>()
  readonly #open = new Map<string, Keeping>()
  readonly #closing: Promise<void>[] = []
  readonly #stop: Unsubscribe

  constructor(options: KeepersOptions) {
    this.#options = options
    this.#stop = forEachUrl(options.nodes, (node) => this.#follow(node))
  }

  get views(): readonly KeepingView[] {
    return this.#options.nodes.urls.flatMap((node) => this.#open.get(node)?.view ?? [])
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  async keep(node: string, on: boolean): Promise<void> {
    await [...this.#open.values()].find(({ view }) => view?.node === node)?.keep(on)
  }

  /** Resolves when what waited for keepers has been sent. */
  async close(): Promise<void> {
    this.#listeners.clear()
    this.#stop()
    await Promise.all(this.#closing)
  }

  async #opened(node: string): Promise<Keeping> {
    const { open, room, settings, crypto, mayKeep } = this.#options
    const name = nodeName(node)
    return new Keeping({
      ...{ node: name, crypto, mayKeep },
      room: await open(node),
      claim: await settings.claim(room, name),
      saveClaim: (claim) => settings.saveClaim(room, name, claim),
    })
  }

  /** Asks the node whether it keeps rooms, and again when it is back if it did not answer. */
  #follow(node: string): Unsubscribe {
    const { nodes, keeps, onProblem } = this.#options
    let phase: 'unasked' | 'asking' | 'answered' | 'over' = 'unasked'
    const isOver = (): boolean => phase === 'over'
    const ask = async (): Promise<void> => {
      phase = 'asking'
      const answer = await keeps(node)
      if (isOver()) return
      phase = answer === null ? 'unasked' : 'answered'
      if (answer !== true) return
      const keeping = await this.#opened(node)
      if (isOver()) return keeping.close()
      this.#open.set(node, keeping)
      keeping.subscribe(() => this.#listeners.tell())
    }
    const askAgain = (): void => {
      const state = nodes.views.find(({ url }) => url === node)?.state
      if (phase === 'unasked' && state === 'connected') ask().catch(onProblem)
    }
    ask().catch(onProblem)
    const stopWatching = nodes.subscribe(askAgain)
    return () => {
      phase = 'over'
      stopWatching()
      const keeping = this.#open.get(node)
      this.#open.delete(node)
      if (keeping !== undefined) this.#closing.push(keeping.close().catch(onProblem))
      this.#listeners.tell()
    }
  }
}
