/** A binary heap: the least item by `compare` is on top. */
export class Heap<T> {
  readonly #items: T[] = []
  readonly #compare: (a: T, b: T) => number

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare
  }

  get top(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let hole = items.length
    while (hole > 0) {
      const parent = (hole - 1) >>> 1
      if (this.#compare(items[parent] as T, item) <= 0) break
      items[hole] = items[parent] as T
      hole = parent
    }
    items[hole] = item
  }

  pop(): void {
    const items = this.#items
    const last = items.pop()
    if (last === undefined || items.length === 0) return
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#compare(items[child + 1] as T, items[child] as T) < 0) child += 1
      if (this.#compare(last, items[child] as T) <= 0) break
      items[hole] = items[child] as T
      hole = child
    }
    items[hole] = last
  }
}
