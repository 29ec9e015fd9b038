import { createNode, type CommunityNode, type NodeOptions } from './node.ts'

/** Ports that are tried after the wished one. */
const ATTEMPTS = 20

/** Starts a node on `options.port`, or on the next port that is free. Rejects when none of the next 20 is, or on any other failure. */
export async function startOnFreePort(options: NodeOptions): Promise<CommunityNode> {
  for (let port = options.port; ; port += 1) {
    const node = createNode({ ...options, port })
    try {
      await node.ready
      return node
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!taken || port >= options.port + ATTEMPTS || port >= 65_535) throw error
    }
  }
}
