/** A digest of what changes often: computed one at a time, and once more when something changed meanwhile. */
export class FreshDigest {
  readonly #compute: () => Promise<string>
  #current = ''
  #computing = false
  #stale = false

  constructor(compute: () => Promise<string>) {
    this.#compute = compute
  }

  /** That of a moment ago while changes come in; empty before the first. */
  get current(): string {
    return this.#current
  }

  async refresh(): Promise<void> {
    this.#stale = true
    if (this.#computing) return
    this.#computing = true
    while (this.#stale) {
      this.#stale = false
      this.#current = await this.#compute()
    }
    this.#computing = false
  }
}
