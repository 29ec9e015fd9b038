import * as v from 'valibot'
import { iceServerKind } from '../domain/ice-url.ts'
import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { forEachUrl, urlsNow, type Urls } from '../domain/urls.ts'

/** After a failure, ms; and the least time between two requests, whatever the node says. */
const RETRY_MS = 60_000
/** Until the node has answered once, ms: without STUN nobody outside this network is reached. */
const FIRST_RETRY_MS = 5_000
/** A room is opened without the answer after so long, ms: who is here already must not wait for a node that is slow. */
const MOST_WAIT_MS = 2_000
/** Whatever a node says of its credentials' time, ms: timers do not reach further than 24 days. */
const MOST_REFRESH_MS = 24 * 3_600_000
/** As many as a browser can use; each costs time in every attempt to connect. */
const MOST_SERVERS = 8

/** Browsers take user names of so many bytes at most (RFC 8489, 14.3), and none that is empty. */
const credential = v.pipe(v.string(), v.minLength(1), v.maxBytes(508))
const url = v.pipe(
  v.string(),
  v.maxLength(512),
  v.check((text) => iceServerKind(text) !== null),
)
const server = v.pipe(
  v.object({
    urls: v.pipe(v.array(url), v.minLength(1), v.maxLength(MOST_SERVERS)),
    username: v.optional(credential),
    credential: v.optional(credential),
  }),
  // One server that the browser refuses would keep the page from making any connection.
  v.check(
    ({ urls, username, credential: password }) =>
      (username !== undefined && password !== undefined) || urls.every((each) => iceServerKind(each) === 'stun'),
  ),
)
const answer = v.object({
  iceServers: v.pipe(v.array(server), v.maxLength(MOST_SERVERS)),
  iceTransportPolicy: v.optional(v.literal('relay')),
  validMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

export interface IceServersOptions {
  /** The page's own first. */
  readonly nodes: Urls
  /** Asks a node; resolves to parsed JSON, rejects when there is none. */
  readonly ask: (node: string) => Promise<unknown>
  readonly scheduler: Scheduler
}

export interface IceServers {
  /** For the next connection: the servers, and whether no way but through them may be taken. */
  readonly current: () => RTCConfiguration
  /** Resolves when the page's own node has answered or cannot be reached, 2 s from now at the latest; connections should not be begun before. */
  readonly asked: Promise<void>
}

/**
 * The STUN and TURN servers that the nodes name at present, in the order of the nodes, asked for again when half of the credentials' time is
 * over. None until one has answered, which is enough within one network; the last known ones while a node is out of reach. Whether no other
 * way may be taken is for the page's own node to say: one that somebody added could else lead all connections through its own servers.
 */
export function followIceServers({ nodes, ask, scheduler }: IceServersOptions): IceServers {
  const known = new Map<string, Required<Pick<RTCConfiguration, 'iceServers' | 'iceTransportPolicy'>>>()
  const { promise: asked, resolve: goOn } = Promise.withResolvers<void>()
  scheduler.after(MOST_WAIT_MS, goOn)
  const follow = (node: string): Unsubscribe => {
    let cancel: Unsubscribe = () => {}
    let stopped = false
    const refresh = async (): Promise<void> => {
      // Out of reach, or no node of ours: what was known stays, and it is asked again.
      const result = v.safeParse(answer, await ask(node).catch(() => null))
      if (stopped) return
      let againMs = known.has(node) ? RETRY_MS : FIRST_RETRY_MS
      if (result.success) {
        const { iceServers, iceTransportPolicy = 'all', validMs } = result.output
        known.set(node, { iceServers: iceServers.map(asServer), iceTransportPolicy })
        againMs = Math.min(Math.max(RETRY_MS, validMs / 2), MOST_REFRESH_MS)
      }
      cancel = scheduler.after(againMs, () => void refresh())
      if (node === urlsNow(nodes)[0]) goOn()
    }
    void refresh()
    return () => {
      stopped = true
      cancel()
      known.delete(node)
    }
  }
  forEachUrl(nodes, follow)
  return {
    asked,
    current() {
      const urls = urlsNow(nodes)
      const servers = urls.flatMap((node) => known.get(node)?.iceServers ?? [])
      const distinct = new Map(servers.map((server) => [JSON.stringify(server), server]))
      const policy = known.get(urls[0] ?? '')?.iceTransportPolicy
      return {
        iceServers: [...distinct.values()].slice(0, MOST_SERVERS),
        ...(policy === undefined ? {} : { iceTransportPolicy: policy }),
      }
    },
  }
}

const asServer = ({
  urls,
  username,
  credential,
}: v.InferOutput<typeof answer>['iceServers'][number]): RTCIceServer => ({
  urls,
  ...(username === undefined ? {} : { username }),
  ...(credential === undefined ? {} : { credential }),
})
