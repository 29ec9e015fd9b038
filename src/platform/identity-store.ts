import { createStore, get, update } from 'idb-keyval'
import type { IdentityStore } from './webcrypto.ts'

const KEY = 'pkcs8'

/** The private key in an IndexedDB database of its own. It is kept extractable, so that the person can move to another device. */
export function openIdentityStore(database = 'earshot-identity'): IdentityStore {
  const store = createStore(database, 'keys')
  return {
    load: () => get<Uint8Array>(KEY, store),
    async keep(pkcs8) {
      let kept = pkcs8
      await update<Uint8Array>(KEY, (other) => (kept = other ?? pkcs8), store)
      return kept
    },
  }
}
