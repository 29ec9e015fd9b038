import * as v from 'valibot'
import { limits } from '../domain/limits.ts'

const text = v.pipe(v.string(), v.maxLength(512))
const answer = v.object({
  nodes: v.pipe(
    v.array(v.object({ url: v.pipe(text, v.regex(/^wss?:\/\//)), relay: text })),
    v.maxLength(limits.otherNodes),
  ),
})

/**
 * The other nodes that those nodes name at present, as libp2p PeerIds of their relays with their `ws:` or `wss:` addresses. Asked anew each
 * time, because a relay has another PeerId after each start; a node that is out of reach names none.
 * @param ask asks a node; resolves to parsed JSON, rejects when there is none
 */
export async function otherNodes(
  nodes: readonly string[],
  ask: (node: string) => Promise<unknown>,
): Promise<ReadonlyMap<string, string>> {
  const answers = await Promise.all(nodes.map((node) => ask(node).catch(() => null)))
  return new Map(
    answers.flatMap((said) => {
      const result = v.safeParse(answer, said)
      return result.success ? result.output.nodes.map(({ url, relay }) => [relay, url] as const) : []
    }),
  )
}
