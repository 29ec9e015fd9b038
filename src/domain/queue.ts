import type { EntryId } from './ids.ts'
import { byTime } from './order.ts'
import type { VerifiedRecord } from './record.ts'
import { isHost, type Roles } from './roles.ts'
import type { Entry } from './room-state.ts'

/** What was said of one entry, whether or not the entry itself has come yet. */
interface Said {
  entry?: VerifiedRecord<'entry'>
  readonly withdrawals: VerifiedRecord<'withdraw'>[]
  readonly nexts: VerifiedRecord<'next'>[]
  readonly votes: VerifiedRecord<'vote'>[]
}

export type QueueRecord = VerifiedRecord<'entry' | 'withdraw' | 'next' | 'vote'>

/** The fold of `queue` and `votes`: rebuilds only the entries that something new was said of. */
export class QueueFold {
  readonly #said = new Map<EntryId, Said>()
  readonly #changed = new Set<EntryId>()
  #entries: ReadonlyMap<EntryId, Entry> = new Map()
  #roles: Roles | null = null

  add(record: QueueRecord): void {
    const id = record.kind === 'entry' ? record.hash : record.body.entry
    let said = this.#said.get(id)
    if (said === undefined) this.#said.set(id, (said = { withdrawals: [], nexts: [], votes: [] }))
    if (record.kind === 'entry') said.entry = record
    else if (record.kind === 'withdraw') said.withdrawals.push(record)
    else if (record.kind === 'next') said.nexts.push(record)
    else said.votes.push(record)
    this.#changed.add(id)
  }

  /** All entries as these roles make them; the same map as before when nothing changed. */
  entries(roles: Roles): ReadonlyMap<EntryId, Entry> {
    const stale = roles === this.#roles ? this.#changed : this.#said.keys()
    const entries = new Map(this.#entries)
    let rebuilt = false
    for (const id of stale) {
      const said = this.#said.get(id)
      if (said?.entry === undefined) continue
      entries.set(id, buildEntry(said.entry, said, roles))
      rebuilt = true
    }
    this.#changed.clear()
    this.#roles = roles
    return rebuilt ? (this.#entries = entries) : this.#entries
  }
}

function buildEntry(record: VerifiedRecord<'entry'>, said: Said, roles: Roles): Entry {
  const withdrawals = said.withdrawals.filter(({ author }) => author === record.author || isHost(roles, author))
  const nexts = said.nexts.filter(({ author }) => isHost(roles, author))
  const withdrawal = withdrawals.sort(byTime)[0]
  return {
    id: record.hash,
    track: record.body.track,
    addedBy: record.author,
    atMs: record.at,
    ...(withdrawal && { withdrawnAtMs: withdrawal.at }),
    votes: said.votes.sort(byTime).map(({ author, body, at, hash }) => ({ by: author, up: body.up, atMs: at, hash })),
    nextAtMs: nexts.map(({ at }) => at).sort((a, b) => a - b),
  }
}
