/** What a node (`ws:` or `wss:` without a path) answers at `path`, parsed. Rejects when it is out of reach, or says no JSON. Tells it nothing but the question. */
export async function askNode(node: string, path: '/ice' | '/keep' | '/nodes'): Promise<unknown> {
  const response = await fetch(node.replace(/^ws/, 'http') + path, { credentials: 'omit' })
  return response.json()
}
