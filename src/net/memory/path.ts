import type { PeerId } from '../../domain/ids.ts'
import type { Random } from '../../domain/scheduler.ts'
import { exponential } from './seeded-random.ts'

/** How the network between two peers behaves. */
export interface PathModel {
  /** One-way delay without any queueing, mean of both directions, ms. */
  readonly latencyMs: number
  /** Mean of the queueing delay of each packet, exponentially distributed, each way, ms. It also reorders datagrams. */
  readonly jitterMs: number
  /** By how much the two directions' delays differ, ms, at most 2 x latency: it cannot be measured, and moves a clock by half of it. */
  readonly asymmetryMs: number
  /** Fraction of packets lost, 0 to 1. A lost datagram is gone; reliable channels repeat it a round trip later. */
  readonly loss: number
  /** What a direction carries, bytes per ms; Infinity for no limit. */
  readonly bytesPerMs: number
}

/** A quiet local network at 10 MB/s. */
export const quietPath: PathModel = { latencyMs: 2, jitterMs: 0, asymmetryMs: 0, loss: 0, bytesPerMs: 10_000 }

/** Draws the path between two peers, once per pair. */
export type PathChoice = (a: PeerId, b: PeerId, random: Random) => PathModel

/** One direction of a path. */
export interface Direction {
  /** Delay of the next packet, ms. */
  delayMs(): number
  /** Whether the next packet is lost. */
  lost(): boolean
  /** What a repeat of a lost packet costs, ms. */
  readonly repeatMs: number
  readonly bytesPerMs: number
}

/** `sign` is +1 for the direction that the asymmetry slows down, -1 for the other. */
export function direction(path: PathModel, sign: 1 | -1, random: Random): Direction {
  const floorMs = Math.max(0, path.latencyMs + (sign * path.asymmetryMs) / 2)
  return {
    delayMs: () => (path.jitterMs > 0 ? floorMs + exponential(random, path.jitterMs) : floorMs),
    lost: () => path.loss > 0 && random() < path.loss,
    repeatMs: 2 * (path.latencyMs + path.jitterMs),
    bytesPerMs: path.bytesPerMs,
  }
}
