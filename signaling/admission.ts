import { isIPv6 } from 'node:net'
import type { NodeLimits } from './limits.ts'

/** Counts connections in all and per address, so that one address cannot take all places. Addresses are forgotten with their last connection. */
export interface Admission {
  readonly count: number
  /** Null when there is no place; else call the result once the connection has ended. */
  admit(address: string): (() => void) | null
}

export function createAdmission(limits: Pick<NodeLimits, 'connections' | 'connectionsPerAddress'>): Admission {
  const counts = new Map<string, number>()
  let count = 0
  return {
    get count() {
      return count
    },
    admit(address) {
      const group = addressGroup(address)
      const ofGroup = counts.get(group) ?? 0
      if (count >= limits.connections || ofGroup >= limits.connectionsPerAddress) return null
      counts.set(group, ofGroup + 1)
      count += 1
      let released = false
      return () => {
        if (released) return
        released = true
        count -= 1
        const left = (counts.get(group) ?? 1) - 1
        if (left === 0) counts.delete(group)
        else counts.set(group, left)
      }
    },
  }
}

/**
 * Whose places a connection takes: an IPv4 address, or the /64 of an IPv6 address, because one household is given at least a whole /64
 * (RFC 6177) and could otherwise change its address for each connection.
 */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const bare = address.split('%')[0] ?? ''
  if (!isIPv6(bare)) return address
  const [head = '', tail] = bare.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  // A dotted IPv4 tail stands for two groups.
  const backGroups = back.length + (back.at(-1)?.includes('.') ? 1 : 0)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - backGroups)
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
