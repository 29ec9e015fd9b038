import type { IncomingMessage } from 'node:http'

/**
 * Which web pages may use the node: any (so that a page from one node can use several), only the node's own, or those listed.
 * It keeps strangers' pages from making their visitors' browsers use the node; programs that are no browsers say what they like.
 */
export type OriginPolicy = 'any' | 'same' | readonly string[]

/** Reads `any`, `same`, or a list such as `https://a.example,https://b.example:8443`. Null when a part of it is no origin. */
export function parseOriginPolicy(text: string): OriginPolicy | null {
  if (text === 'any' || text === 'same') return text
  const origins = text.split(',').map((part) => part.trim())
  return origins.every((origin) => /^https?:/.test(origin) && URL.parse(origin)?.origin === origin) ? origins : null
}

/** The header that lets those pages read an answer of the node (Fetch standard, CORS); none for others, and none that the page's own needs. */
export function allowOrigin({ headers }: IncomingMessage, policy: OriginPolicy): Readonly<Record<string, string>> {
  const { origin } = headers
  if (policy === 'any') return { 'Access-Control-Allow-Origin': '*' }
  if (policy === 'same') return {}
  const listed = origin !== undefined && policy.includes(origin)
  return { Vary: 'Origin', ...(listed ? { 'Access-Control-Allow-Origin': origin } : {}) }
}

/** True when the page that asks may. A request without `Origin` comes from no page. */
export function mayConnect({ headers }: IncomingMessage, policy: OriginPolicy): boolean {
  const { origin, host } = headers
  if (policy === 'any' || origin === undefined) return true
  return policy === 'same' ? URL.parse(origin)?.host === host : policy.includes(origin)
}
