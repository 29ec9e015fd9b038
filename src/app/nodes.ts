import { LimitError, NodeAddressError } from '../domain/errors.ts'
import { limits } from '../domain/limits.ts'
import { Listeners } from '../domain/listeners.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import { nodeName, parseNodeAddress } from '../net/node-address.ts'
import type { ChangingUrls } from '../domain/urls.ts'
import type { Settings } from './settings.ts'

/**
 * - `connecting`: not heard of yet
 * - `connected`
 * - `away`: out of reach, and tried again by itself
 */
export type NodeState = 'connecting' | 'connected' | 'away'

/** A node that this device uses, as a person sees it. */
export interface NodeView {
  /** `ws:` or `wss:` without a path. */
  readonly url: string
  /** Its host. */
  readonly name: string
  /** The one that this page came from, which stays. */
  readonly own: boolean
  readonly state: NodeState
}

/** The nodes that this device uses, all of them at once, for a person to change. */
export interface NodesPort {
  /** The page's own first, then in the order in which they were added. */
  readonly views: readonly NodeView[]
  subscribe(listener: () => void): Unsubscribe
  /** Uses one more from now on, in open rooms too. Rejects with an EarshotError that a person can read. */
  add(address: string): Promise<void>
  /** Uses it no longer. What was found through it stays connected. */
  remove(url: string): Promise<void>
}

interface NodesOptions {
  /** The node that this page came from. */
  readonly own: string
  /** Those that were added before. */
  readonly added: readonly string[]
  readonly save: (added: readonly string[]) => Promise<void>
  /** Whether this page came over https. */
  readonly secure: boolean
}

/** Which nodes are used, and what their connections say of them. */
export class Nodes implements NodesPort, ChangingUrls {
  readonly #options: NodesOptions
  readonly #onList = new Listeners<[]>()
  readonly #onView = new Listeners<[]>()
  readonly #states = new Map<string, NodeState>()
  #added: readonly string[]

  constructor(options: NodesOptions) {
    this.#options = options
    this.#added = options.added.filter((url) => nodeName(url) !== nodeName(options.own))
  }

  get urls(): readonly string[] {
    return [this.#options.own, ...this.#added]
  }

  get views(): readonly NodeView[] {
    const { own } = this.#options
    return this.urls.map((url) => ({
      url,
      name: nodeName(url),
      own: url === own,
      state: this.#states.get(url) ?? 'connecting',
    }))
  }

  /** The list itself has changed. */
  onChange(listener: () => void): Unsubscribe {
    return this.#onList.add(listener)
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#onView.add(listener)
  }

  async add(address: string): Promise<void> {
    const url = parseNodeAddress(address, this.#options.secure)
    if (this.urls.some((known) => nodeName(known) === nodeName(url)))
      throw new NodeAddressError(`${nodeName(url)} is in the list already.`)
    if (this.urls.length >= limits.nodes)
      throw new LimitError(`More than ${limits.nodes} nodes bring nothing more. Remove one first.`)
    await this.#become([...this.#added, url])
  }

  async remove(url: string): Promise<void> {
    this.#states.delete(url)
    await this.#become(this.#added.filter((known) => known !== url))
  }

  /** The list has been changed elsewhere, and is kept already. */
  follow(added: readonly string[]): void {
    const others = added.filter((url) => nodeName(url) !== nodeName(this.#options.own))
    if (others.join() === this.#added.join()) return
    for (const url of this.#added) if (!others.includes(url)) this.#states.delete(url)
    this.#use(others)
  }

  /** A connection to a node came about, or ended, or was tried in vain. */
  heard(url: string, reached: boolean): void {
    const state = reached ? 'connected' : 'away'
    if (!this.urls.includes(url) || this.#states.get(url) === state) return
    this.#states.set(url, state)
    this.#onView.tell()
  }

  /** Used first and saved then: a browser that cannot save must not keep people apart. */
  async #become(added: readonly string[]): Promise<void> {
    this.#use(added)
    await this.#options.save(added)
  }

  #use(added: readonly string[]): void {
    this.#added = added
    this.#onList.tell()
    this.#onView.tell()
  }
}

interface SharedNodesOptions extends Pick<NodesOptions, 'own' | 'secure'> {
  readonly settings: Pick<Settings, 'nodes' | 'saveNodes'>
  /** The other tabs of this browser. */
  readonly tabs: { tell(): void; onTold(listener: () => void): unknown }
  readonly onProblem: (problem: unknown) => void
}

/** The nodes that this device remembers, one list for all its tabs: what was kept last holds in each of them. */
export async function openNodes({ settings, tabs, onProblem, ...options }: SharedNodesOptions): Promise<Nodes> {
  const follow = async (): Promise<void> => nodes.follow(await settings.nodes())
  const nodes = new Nodes({
    ...options,
    added: await settings.nodes(),
    async save(added) {
      await settings.saveNodes(added)
      tabs.tell()
      // Another tab may have kept its own list meanwhile.
      await follow()
    },
  })
  tabs.onTold(() => void follow().catch(onProblem))
  return nodes
}
