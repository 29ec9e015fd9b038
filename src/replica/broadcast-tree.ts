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
 * other's paths until nothing is left. And the link that brought a source's latest first is never pruned: a new link that is faster takes over.
 */
export class BroadcastTree<Link, Source> {
  /** Each link's sources of which the neighbour said whether it gets them by another way: true makes them lazy. */
  readonly #lazy = new Map<Link, Map<Source, boolean>>()
  /** By which link a source reaches this device. */
  readonly #upstream = new Map<Source, Link | typeof SELF | typeof GOSSIP>()
  readonly #saidElsewhere: (link: Link, source: Source) => boolean | undefined

  /** `saidElsewhere`: what another tree over the same links knows, whose sources speak more often; only a graft in this one outweighs it. */
  constructor(saidElsewhere: (link: Link, source: Source) => boolean | undefined = () => undefined) {
    this.#saidElsewhere = saidElsewhere
  }

  get links(): readonly Link[] {
    return [...this.#lazy.keys()]
  }

  add(link: Link): void {
    this.#lazy.set(link, new Map())
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
    const lazy = this.#lazy.get(link)
    if (lazy === undefined) return false
    const said = lazy.get(source)
    return said === false || !(this.#saidElsewhere(link, source) ?? said ?? false)
  }

  /** Whether anything of this source has come. */
  knows(source: Source): boolean {
    return this.#upstream.has(source)
  }

  /** This device is the source. */
  originate(source: Source): void {
    this.#set(source, SELF)
  }

  /**
   * Something of a source came by this link; true when the source comes by another link too: prune this one. What is repeated shows no way: the
   * neighbour may have it from here.
   */
  cameBy(link: Link, source: Source, isNew: boolean): boolean {
    const upstream = this.#upstream.get(source)
    if (isNew) this.#set(source, link)
    return !isNew && upstream !== undefined && upstream !== link
  }

  /** Something of a source came by gossip, before it came by any link: links that bring it later are pruned. */
  cameByGossip(source: Source): void {
    this.#set(source, GOSSIP)
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
    this.#said(link, sources, true)
  }

  /** The neighbour grafted: it misses these sources. */
  grafted(link: Link, sources: Iterable<Source>): void {
    this.#said(link, sources, false)
  }

  #said(link: Link, sources: Iterable<Source>, isLazy: boolean): void {
    const lazy = this.#lazy.get(link)
    if (lazy === undefined) return
    // A neighbour that names more sources than a room has starts anew.
    for (const source of sources) if (lazy.size < limits.treeSources) lazy.set(source, isLazy)
    if (lazy.size >= limits.treeSources) lazy.clear()
  }

  #orphan(lost: Link | typeof GOSSIP): readonly Source[] {
    const orphans = [...this.#upstream].filter(([, upstream]) => upstream === lost).map(([source]) => source)
    for (const source of orphans) this.#upstream.delete(source)
    return orphans
  }

  #set(source: Source, link: Link | typeof SELF | typeof GOSSIP): void {
    // To forget costs some duplicates, which shape the tree anew.
    if (this.#upstream.size >= limits.treeSources && !this.#upstream.has(source)) this.#upstream.clear()
    this.#upstream.set(source, link)
  }
}
