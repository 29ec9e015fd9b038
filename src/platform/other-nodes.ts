import * as v from 'valibot'

/** More than a federation for a million people names. */
const MOST_NODES = 256

const text = v.pipe(v.string(), v.maxLength(512))
const answer = v.object({
  nodes: v.pipe(v.array(v.object({ url: v.pipe(text, v.regex(/^wss?:\/\//)), relay: text })), v.maxLength(MOST_NODES)),
})

/**
 * The other nodes that the node names at present, as libp2p PeerIds of their relays with their `ws:` or `wss:` addresses. Asked anew each
 * time, because a relay has another PeerId after each start; none while the node is out of reach.
 * @param ask asks the node; resolves to parsed JSON, rejects when there is none
 */
export async function otherNodes(ask: () => Promise<unknown>): Promise<ReadonlyMap<string, string>> {
  const result = v.safeParse(answer, await ask().catch(() => null))
  return new Map(result.success ? result.output.nodes.map(({ url, relay }) => [relay, url]) : [])
}
