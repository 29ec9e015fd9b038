/**
 * What a node tells its operator. There is no event with a topic, an inbox, a key or an address of a person, so none can be logged by
 * mistake; what happens often is told as sums, so that a flood of clients is no flood of lines.
 */
export type NodeEvent =
  | { readonly event: 'listening'; readonly port: number; readonly tls: boolean }
  | ({ readonly event: 'summary' } & NodeSummary)
  | { readonly event: 'renewed' }
  /** A node of `--peer`, as the operator named it, was reached or is out of reach. */
  | { readonly event: 'peer'; readonly url: string; readonly reached: boolean }
  | { readonly event: 'stopping'; readonly connections: number }
  | { readonly event: 'stopped' }
  | { readonly event: 'failed'; readonly why: string }

/** Sums since the line before; `connections` and `topics` as they are now. */
interface NodeSummary {
  readonly connections: number
  readonly topics: number
  readonly addressed: number
  readonly broadcast: number
  readonly dropped: number
  readonly refused: number
  readonly closed: number
}

export type NodeLog = (event: NodeEvent) => void

const levelOf = (event: NodeEvent): 'info' | 'warn' | 'error' => {
  if (event.event === 'failed') return 'error'
  return event.event === 'peer' && !event.reached ? 'warn' : 'info'
}

/** Writes an event as one line of JSON, with the time (RFC 3339) and a level in front. */
export const createJsonLog =
  (write: (line: string) => void, wallMs: () => number): NodeLog =>
  (event) =>
    write(
      JSON.stringify({
        time: new Date(wallMs()).toISOString(),
        level: levelOf(event),
        ...event,
      }),
    )

/** For a person at a terminal, who sees by the greeting that all is well: tells what went wrong, and nothing else. */
export const createTextLog =
  (write: (line: string) => void): NodeLog =>
  (event) => {
    if (event.event === 'failed') write(event.why)
    if (event.event === 'peer' && !event.reached)
      write(`The node ${event.url} cannot be reached; it is tried again by itself.`)
  }
