import { clear, createStore, entries, promisifyRequest, set, type UseStore } from 'idb-keyval'
import { StorageError } from '../domain/errors.ts'
import type { RoomId } from '../domain/ids.ts'
import type { ReplicaStore } from '../replica/store.ts'

/** Sorts pieces by time; the random part keeps two tabs that append at the same moment apart. */
const newKey = (): string => `${String(Date.now()).padStart(15, '0')}-${crypto.randomUUID()}`

/** A room's pieces in an IndexedDB database of its own, so that forgetting a room is deleting a database. */
export function openReplicaStore(room: RoomId): ReplicaStore {
  return new IndexedReplicaStore(createStore(replicaDatabase(room), 'pieces'))
}

/** Takes a room's records off this device. */
export const eraseReplicaStore = (room: RoomId): Promise<void> => clear(createStore(replicaDatabase(room), 'pieces'))

const replicaDatabase = (room: RoomId): string => `earshot-room-${room}`

class IndexedReplicaStore implements ReplicaStore {
  readonly #store: UseStore
  /** What this instance has loaded or appended: the only pieces that it may replace. */
  #mine = new Set<string>()

  constructor(store: UseStore) {
    this.#store = store
  }

  async load(): Promise<readonly Uint8Array[]> {
    const all = await this.#attempt('read', () => entries<string, unknown>(this.#store))
    all.sort(([a], [b]) => (a < b ? -1 : 1))
    this.#mine = new Set(all.map(([key]) => key))
    // Something else under a key is damage: an empty piece is told by the gate like any other damaged one.
    return all.map(([, piece]) => (piece instanceof Uint8Array ? piece : new Uint8Array(0)))
  }

  async append(piece: Uint8Array): Promise<void> {
    const key = newKey()
    // A view would take its whole buffer along into the database.
    await this.#attempt('write', () => set(key, piece.slice(), this.#store))
    this.#mine.add(key)
  }

  async replaceAll(pieces: readonly Uint8Array[]): Promise<void> {
    const fresh = new Map(pieces.map((piece) => [newKey(), piece]))
    await this.#attempt('write', () =>
      this.#store('readwrite', (store) => {
        for (const [key, piece] of fresh) store.put(piece.slice(), key)
        for (const key of this.#mine) store.delete(key)
        // One transaction: either all of it has happened after a crash, or nothing.
        return promisifyRequest(store.transaction)
      }),
    )
    this.#mine = new Set(fresh.keys())
  }

  async #attempt<T>(what: 'read' | 'write', work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      const message =
        what === 'read'
          ? 'This device does not let the page read its storage. Allow site data for this page and reload.'
          : 'There is no room left to keep this on the device, or storage is switched off. Free some space and try again.'
      throw new StorageError(message, { cause })
    }
  }
}
