import type { Scheduler } from '../src/domain/scheduler.ts'
import { bucketsOver, type TokenBucket } from '../src/domain/token-bucket.ts'
import type { NodeLimits } from './limits.ts'

type Clock = Pick<Scheduler, 'nowMs'>
export type FanOutLimits = Pick<
  NodeLimits,
  | 'fanOutBytesPerSecond'
  | 'addressFanOutBytesPerSecond'
  | 'topicFanOutBytesPerSecond'
  | 'totalFanOutBytesPerSecond'
  | 'fanOutBurstMs'
>

/** Makes the allowances, in bytes, of what the node sends on behalf of a connection, of an address, in a topic, and in all. */
export interface FanOut {
  readonly ofConnection: () => TokenBucket
  readonly ofAddress: () => TokenBucket
  readonly ofTopic: () => TokenBucket
  readonly total: TokenBucket
}

export function createFanOut(clock: Clock, limits: FanOutLimits): FanOut {
  const bucket = bucketsOver(clock, limits.fanOutBurstMs)
  return {
    ofConnection: () => bucket(limits.fanOutBytesPerSecond),
    ofAddress: () => bucket(limits.addressFanOutBytesPerSecond),
    ofTopic: () => bucket(limits.topicFanOutBytesPerSecond),
    total: bucket(limits.totalFanOutBytesPerSecond),
  }
}

/** Takes `bytes` from each, the sender's own first: who has overdrawn takes nothing from what is everyone's. */
export const spend = (bytes: number, allowances: readonly TokenBucket[]): boolean =>
  allowances.every((allowance) => allowance.take(bytes))
