import { NodeAddressError } from '../domain/errors.ts'

/** Characters of the longest address: a name of 253 (RFC 1035), scheme and port. */
const MOST_CHARS = 280

/**
 * Reads a node's address as a person writes or pastes it: `node.example`, `https://node.example:8443/`, or the link of a room, of which only
 * the node counts. Without a scheme it is a secure one. The result is `wss:` or `ws:` without a path.
 * @param secure whether this page came over https: browsers then forbid plain connections, but to this device itself
 * @throws NodeAddressError that says what is wrong with it
 */
export function parseNodeAddress(text: string, secure: boolean): string {
  const trimmed = text.trim()
  if (trimmed === '') throw new NodeAddressError('Write the address of a node, such as node.example.')
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed) ?? []
  const url = URL.parse(scheme === undefined ? `https://${trimmed}` : trimmed)
  if (url === null || url.hostname === '' || trimmed.length > MOST_CHARS + url.hash.length)
    throw new NodeAddressError('This is no address. A node’s looks like node.example, or https://node.example:8443.')
  if (!['https:', 'http:', 'wss:', 'ws:'].includes(url.protocol))
    throw new NodeAddressError(`Nodes are reached over https, not over ${url.protocol.slice(0, -1)}.`)
  if (url.username !== '' || url.password !== '')
    throw new NodeAddressError('Leave the name and password before the @ away: nodes ask for none.')
  if (url.pathname !== '/' || url.search !== '')
    throw new NodeAddressError(`A node has its address to itself, without a path. Try ${url.host}.`)
  const plain = url.protocol === 'http:' || url.protocol === 'ws:'
  if (plain && secure && !isThisDevice(url.hostname))
    throw new NodeAddressError(
      'This page came over https, and browsers then reach nodes over https only. Ask the node’s host for such an address.',
    )
  return `${plain ? 'ws' : 'wss'}://${url.host}`
}

/** Whether this is what `parseNodeAddress` gives. */
export const isNodeUrl = (text: string): boolean =>
  /^wss?:\/\//.test(text) && URL.parse(text)?.origin === text && text.length <= MOST_CHARS

/** What people call a node: its host, with the port where it is an unusual one. */
export const nodeName = (url: string): string => new URL(url).host

/** Browsers trust connections to these without encryption (Secure Contexts, 3.1). */
const isThisDevice = (hostname: string): boolean =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || hostname.startsWith('127.')
