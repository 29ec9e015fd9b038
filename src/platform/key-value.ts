import { createStore, del, get, set } from 'idb-keyval'

/** Small durable values of this device. */
export interface KeyValue {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
}

/** IndexedDB through idb-keyval, one database per purpose. */
export function openKeyValue(database: string): KeyValue {
  const store = createStore(database, 'values')
  return {
    get: (key) => get<unknown>(key, store),
    set: (key, value) => set(key, value, store),
    delete: (key) => del(key, store),
  }
}
