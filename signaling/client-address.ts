import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'

/** Proxies whose word on a client's address counts. Only these: anybody can write an `X-Forwarded-For`. */
export interface TrustedProxies {
  trusts(address: string): boolean
}

const LOOPBACK = ['127.0.0.0/8', '::1']
const family = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4')
/** An IPv4 client of a dual-stack socket is written `::ffff:192.0.2.1`. */
const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/** Reads a list such as `loopback,10.0.0.0/8,2001:db8::1`. Null when a part of it is no address and no network. */
export function parseTrustedProxies(text: string): TrustedProxies | null {
  const list = new BlockList()
  const parts = text.split(',').map((part) => part.trim())
  for (const part of parts.flatMap((each) => (each === 'loopback' ? LOOPBACK : [each]))) {
    const [address = '', prefix] = part.split('/')
    if (isIP(address) === 0) return null
    if (prefix === undefined) list.addAddress(address, family(address))
    else if (/^\d+$/.test(prefix) && Number(prefix) <= (isIPv6(address) ? 128 : 32))
      list.addSubnet(address, Number(prefix), family(address))
    else return null
  }
  return {
    trusts(address) {
      const bare = unmapped(address)
      return isIP(bare) !== 0 && list.check(bare, family(bare))
    },
  }
}

/**
 * Whose request it is: the other end of the socket, or, behind trusted proxies, the last address in `X-Forwarded-For` that is none of
 * them. What stands before it was written by the client itself and may be a lie.
 */
export function clientAddress(request: IncomingMessage, proxies: TrustedProxies | null): string {
  let address = unmapped(request.socket.remoteAddress ?? '')
  if (proxies === null) return address
  const hops = String(request.headers['x-forwarded-for'] ?? '').split(',')
  while (proxies.trusts(address)) {
    const hop = unmapped(hops.pop()?.trim() ?? '')
    if (isIP(hop) === 0) return address
    address = hop
  }
  return address
}

/** True for this machine itself, in any notation. */
export const isLoopback = (address: string): boolean => loopback?.trusts(address) ?? false
const loopback = parseTrustedProxies('loopback')
