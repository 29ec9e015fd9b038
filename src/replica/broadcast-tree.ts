/**
 * Which links get what is new at once (eager) and which get no more than a hint (lazy): Plumtree (Leitão, Pereira, Rodrigues: Epidemic Broadcast
 * Trees, 2007). All links begin eager; a duplicate makes its link lazy on both sides, a gap makes one eager again. What is left of a mesh is a
 * spanning tree along the fastest paths, so that one message costs n - 1 transmissions and not n (n - 1).
 */
export class BroadcastTree<Link> {
  readonly #eager = new Set<Link>()
  readonly #lazy = new Set<Link>()

  get links(): readonly Link[] {
    return [...this.#eager, ...this.#lazy]
  }

  add(link: Link): void {
    this.#eager.add(link)
  }

  remove(link: Link): void {
    this.#eager.delete(link)
    this.#lazy.delete(link)
  }

  has(link: Link): boolean {
    return this.#eager.has(link) || this.#lazy.has(link)
  }

  isEager(link: Link): boolean {
    return this.#eager.has(link)
  }

  /** A duplicate came over this link, or the neighbour said so. */
  demote(link: Link): void {
    if (this.#eager.delete(link)) this.#lazy.add(link)
  }

  /** Something new came over this link, or the neighbour missed something. */
  promote(link: Link): void {
    if (this.#lazy.delete(link)) this.#eager.add(link)
  }

  eager(except?: Link): readonly Link[] {
    return [...this.#eager].filter((link) => link !== except)
  }

  lazy(except?: Link): readonly Link[] {
    return [...this.#lazy].filter((link) => link !== except)
  }
}
