import { limits } from '../domain/limits.ts'

/** The source is this device itself. */
const SELF = Symbol('self')
/** The source comes first by a broadcast to the whole room, which is no link and cannot be pruned. */
const GOSSIP = Symbol('gossip')

/**
 * Which neighbours get what is new at once (eager) and which get no more than a hint (lazy), after Plumtree (Leitão, Pereira, Rodrigues: Epidemic
 * Broadcast Trees, 2007). All begin eager; who gets a duplicate prunes its sender; who misses something grafts. What is left of a mesh is a
 * spanning tree along the fastest paths, so that one message costs n - 1 transmissions and not n (n - 1).
 *
 * Unlike Plumtree's one shared tree, there is one per source: with a shared one, sources that speak at the same moment (heartbeats do) prune each
 * other's paths until nothing is left. And the link by which a source came first is never pruned, whichever copy is faster later.
 */
export class BroadcastTree<Link, Source> {
  /** Each link's lazy sources: the neighbour gets them by another way. */
  readonly #lazy = new Map<Link, Set<Source>>()
  /** By which link a source reaches this device. */
  readonly #upstream = new Map<Source, Link | typeof SELF | typeof GOSSIP>()

  get links(): readonly Link[] {
    return [...this.#lazy.keys()]
  }

  add(link: Link): void {
    this.#lazy.set(link, new Set())
  }

  /** The sources that came by this link and have to find another way. */
  remove(link: Link): readonly Source[] {
    this.#lazy.delete(link)
    return this.#orphan(link)
  }

  has(link: Link): boolean {
    return this.#lazy.has(link)
  }

  /** Whether the neighbour gets this source's news at once. */
  isEager(link: Link, source: Source): boolean {
    return this.#lazy.get(link)?.has(source) === false
  }

  /** This device is the source. */
  originate(source: Source): void {
    this.#set(source, SELF)
  }

  /** Something of a source came by this link; true when the source comes by another link too: prune this one. */
  cameBy(link: Link, source: Source, isNew: boolean): boolean {
    const upstream = this.#upstream.get(source)
    if (upstream === undefined) this.#set(source, link)
    return !isNew && upstream !== undefined && upstream !== link
  }

  /** Something of a source came by gossip, before it came by any link: links that bring it later are pruned. */
  cameByGossip(source: Source): void {
    if (!this.#upstream.has(source)) this.#set(source, GOSSIP)
  }

  /** Gossip is gone: the sources that came by it, which have to find another way. */
  loseGossip(): readonly Source[] {
    return this.#orphan(GOSSIP)
  }

  /** This device grafts: the source shall come by this link from now on. */
  adopt(link: Link, source: Source): void {
    if (this.#upstream.get(source) !== SELF) this.#set(source, link)
  }

  /** The neighbour pruned: it gets these sources by another way. */
  pruned(link: Link, sources: Iterable<Source>): void {
    const lazy = this.#lazy.get(link)
    if (lazy === undefined) return
    // A neighbour that prunes more sources than a room has starts anew.
    for (const source of sources) if (lazy.size < limits.treeSources) lazy.add(source)
    if (lazy.size >= limits.treeSources) lazy.clear()
  }

  /** The neighbour grafted: it misses these sources. */
  grafted(link: Link, sources: Iterable<Source>): void {
    for (const source of sources) this.#lazy.get(link)?.delete(source)
  }

  #orphan(lost: Link | typeof GOSSIP): readonly Source[] {
    const orphans = [...this.#upstream].filter(([, upstream]) => upstream === lost).map(([source]) => source)
    for (const source of orphans) this.#upstream.delete(source)
    return orphans
  }

  #set(source: Source, link: Link | typeof SELF | typeof GOSSIP): void {
    // To forget costs some duplicates, which shape the tree anew.
    if (this.#upstream.size >= limits.treeSources) this.#upstream.clear()
    this.#upstream.set(source, link)
  }
}
