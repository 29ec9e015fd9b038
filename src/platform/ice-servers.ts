import * as v from 'valibot'
import type { Scheduler } from '../domain/scheduler.ts'

/** After a failure, ms; and the least time between two requests, whatever the node says. */
const RETRY_MS = 60_000
/** Until the node has answered once, ms: without STUN nobody outside this network is reached. */
const FIRST_RETRY_MS = 5_000
/** A room is opened without the answer after so long, ms: who is here already must not wait for a node that is slow. */
const MOST_WAIT_MS = 2_000
/** As many as a browser can use; each costs time in every attempt to connect. */
const MOST_SERVERS = 8

const text = v.pipe(v.string(), v.maxLength(512))
const answer = v.object({
  iceServers: v.pipe(
    v.array(
      v.object({
        urls: v.pipe(v.array(v.pipe(text, v.regex(/^(stuns?|turns?):/))), v.minLength(1), v.maxLength(MOST_SERVERS)),
        username: v.optional(text),
        credential: v.optional(text),
      }),
    ),
    v.maxLength(MOST_SERVERS),
  ),
  iceTransportPolicy: v.optional(v.literal('relay')),
  validMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

export interface IceServersOptions {
  /** Asks the node; resolves to parsed JSON, rejects when there is none. */
  readonly ask: () => Promise<unknown>
  readonly scheduler: Scheduler
}

export interface IceServers {
  /** For the next connection: the servers, and whether no way but through them may be taken. */
  readonly current: () => RTCConfiguration
  /** Resolves when the node has answered or cannot be reached, 2 s from now at the latest; connections should not be begun before. */
  readonly asked: Promise<void>
}

/**
 * The STUN and TURN servers that the node names at present, asked for again when half of the credentials' time is over. None until it has
 * answered, which is enough within one network; the last known ones while it is out of reach.
 */
export function followIceServers({ ask, scheduler }: IceServersOptions): IceServers {
  let current: RTCConfiguration | null = null
  const refresh = async (): Promise<void> => {
    let againMs = current === null ? FIRST_RETRY_MS : RETRY_MS
    try {
      const result = v.safeParse(answer, await ask())
      if (result.success) {
        const { iceServers, iceTransportPolicy = 'all' } = result.output
        current = {
          iceServers: iceServers.map(({ urls, username, credential }) => ({
            urls,
            ...(username === undefined ? {} : { username }),
            ...(credential === undefined ? {} : { credential }),
          })),
          iceTransportPolicy,
        }
        againMs = Math.max(RETRY_MS, result.output.validMs / 2)
      }
    } catch {
      // Out of reach, or no node of ours: what was known stays, and it is asked again.
    }
    scheduler.after(againMs, () => void refresh())
  }
  const asked = new Promise<void>((resolve) => {
    scheduler.after(MOST_WAIT_MS, resolve)
    void refresh().then(resolve)
  })
  return { current: () => current ?? { iceServers: [] }, asked }
}
