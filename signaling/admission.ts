import { isIPv6 } from 'node:net'
import type { TokenBucket } from '../src/domain/token-bucket.ts'
import type { NodeLimits } from './limits.ts'

/** A connection's place. */
export interface Place {
  /** What the address of the connection may still make the node send, in bytes. */
  readonly allowance: TokenBucket
  /** To be called once the connection has ended; more often does no harm. */
  release(): void
}

/** Counts connections in all and per address, so that one address cannot take all places. Addresses are forgotten with their last connection. */
export interface Admission {
  readonly count: number
  /** A place, or which limit leaves none: all places are taken, or all of this address. */
  admit(address: string): Place | 'full' | 'address'
}

export function createAdmission(
  limits: Pick<NodeLimits, 'connections' | 'connectionsPerAddress'>,
  newAllowance: () => TokenBucket,
): Admission {
  const groups = new Map<string, { count: number; readonly allowance: TokenBucket }>()
  let count = 0
  return {
    get count() {
      return count
    },
    admit(address) {
      if (count >= limits.connections) return 'full'
      const name = addressGroup(address)
      const group = groups.get(name) ?? { count: 0, allowance: newAllowance() }
      if (group.count >= limits.connectionsPerAddress) return 'address'
      groups.set(name, group)
      group.count += 1
      count += 1
      let released = false
      return {
        allowance: group.allowance,
        release() {
          if (released) return
          released = true
          count -= 1
          group.count -= 1
          if (group.count === 0) groups.delete(name)
        },
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
