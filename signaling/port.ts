import { createNode, type CommunityNode, type NodeOptions } from './node.ts'

export const DEFAULT_PORT = 8080
/** Ports that are tried after the wished one. */
const ATTEMPTS = 20

/** Reads the `PORT` variable: undefined or empty means the default. Null when it is no port. */
export function parsePort(text: string | undefined): number | null {
  if (text === undefined || text === '') return DEFAULT_PORT
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : null
}

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
