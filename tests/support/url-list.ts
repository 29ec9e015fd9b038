import { Listeners } from '../../src/domain/listeners.ts'
import type { ChangingUrls } from '../../src/domain/urls.ts'

/** A list that becomes what a test says. */
export class UrlList implements ChangingUrls {
  urls: readonly string[]
  readonly #listeners = new Listeners<[]>()

  constructor(...urls: readonly string[]) {
    this.urls = urls
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener)
  }

  become(...urls: readonly string[]): void {
    this.urls = urls
    this.#listeners.tell()
  }
}
