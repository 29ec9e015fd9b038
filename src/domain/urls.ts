import type { Unsubscribe } from './scheduler.ts'

/** Addresses that change while they are used: people add and remove nodes while a room is open. */
export interface ChangingUrls {
  /** Each once. */
  readonly urls: readonly string[]
  onChange(listener: () => void): Unsubscribe
}

/** Addresses that stay as they are, or change. */
export type Urls = readonly string[] | ChangingUrls

const isFixed = (list: Urls): list is readonly string[] => Array.isArray(list)

/** The addresses at present. */
export const urlsNow = (list: Urls): readonly string[] => (isFixed(list) ? list : list.urls)

/** The same addresses with `path` behind each. */
export const atPath = (list: ChangingUrls, path: string): ChangingUrls => ({
  get urls() {
    return list.urls.map((url) => url + path)
  },
  onChange: (listener) => list.onChange(listener),
})

/** Begins something for each address, at once and whenever one comes; ends it when its address goes, and all of it when the result is called. */
export function forEachUrl(list: Urls, begin: (url: string) => Unsubscribe): Unsubscribe {
  const running = new Map<string, Unsubscribe>()
  const follow = (urls: readonly string[]): void => {
    for (const [url, end] of running) {
      if (urls.includes(url)) continue
      running.delete(url)
      end()
    }
    for (const url of urls) if (!running.has(url)) running.set(url, begin(url))
  }
  const stop = isFixed(list) ? () => {} : list.onChange(() => follow(list.urls))
  follow(urlsNow(list))
  return () => {
    stop()
    follow([])
  }
}
