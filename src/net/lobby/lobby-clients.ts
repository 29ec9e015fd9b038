import { forEachUrl, type Urls } from '../../domain/urls.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import { LobbyClient, type LobbyClientOptions } from './lobby-client.ts'

export interface LobbyClientsOptions extends Pick<LobbyClientOptions, 'openSocket' | 'scheduler' | 'random'> {
  /** Where nodes' lobbies are: `wss://host/lobby`. */
  readonly urls: Urls
  /** Told when a lobby was reached, or lost or tried in vain. */
  readonly onReach: (url: string, reached: boolean) => void
  /** A card came from a lobby. Absent for who only announces. */
  readonly onCard?: (bytes: Uint8Array, url: string) => void
}

/** Connections to the lobbies of all nodes that are used: takes cards of each, or brings them to each. */
export class LobbyClients {
  readonly #clients = new Set<LobbyClient>()
  readonly #stop: Unsubscribe
  /** Brought to nodes that come later, too. */
  #last: Uint8Array | null = null

  constructor({ urls, onCard, onReach, ...options }: LobbyClientsOptions) {
    this.#stop = forEachUrl(urls, (url) => {
      const client = new LobbyClient({
        ...{ ...options, url, onReach: (reached: boolean) => onReach(url, reached) },
        ...(onCard === undefined ? {} : { onCard: (bytes: Uint8Array) => onCard(bytes, url) }),
      })
      this.#clients.add(client)
      if (this.#last !== null) client.publish(this.#last)
      return () => {
        this.#clients.delete(client)
        client.close()
      }
    })
  }

  publish(card: Uint8Array): void {
    this.#last = card
    for (const client of this.#clients) client.publish(card)
  }

  close(): void {
    this.#stop()
  }
}
