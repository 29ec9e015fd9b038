import type { EpochId } from './epoch.ts'
import { epochBytes, epochFromBytes, EPOCH_BYTES } from './epoch.ts'

/** Asks a neighbour for its time. */
export interface ProbeRequest {
  readonly kind: 'request'
  /** Chosen at random by the asker, so that a stale or invented answer finds no question; 32 bits. */
  readonly id: number
  /** An earlier probe, as the asker saw it: so both sides judge by the same probes, and what one finds ahead the other finds behind. */
  readonly report: ProbeReport | null
}

/** The asker's two timestamps of a probe that came back. */
export interface ProbeReport {
  readonly id: number
  /** Asker's monotonic ms at which the request left. */
  readonly askedAtMs: number
  /** Asker's monotonic ms at which the answer came. */
  readonly heardAtMs: number
}

/**
 * - `settled`: has agreed with others, or founded a time: has a vote
 * - `approaching`: follows an epoch and is not sure enough yet: its word counts among the unsettled only
 * - `waiting`: has nobody to follow: no word
 */
export type Standing = 'settled' | 'approaching' | 'waiting'
const standings = ['waiting', 'settled', 'approaching'] as const satisfies readonly Standing[]

/** What a neighbour says of its time. */
export interface ProbeAnswer {
  readonly kind: 'answer'
  readonly id: number
  /** Answerer's monotonic ms at which the request came. */
  readonly receivedAtMs: number
  /** Answerer's monotonic ms at which this answer left. */
  readonly sentAtMs: number
  /** Answerer's room time at `sentAtMs`, after the correction that it is carrying out, ms. */
  readonly roomMs: number
  /** Rate of its room time against its own monotonic clock, ppm, without passing corrections. */
  readonly ratePpm: number
  readonly standing: Standing
  /** The epoch that it holds or approaches; while it waits, the one that it would found. */
  readonly epoch: EpochId
  /** How long that epoch has stood, ms. */
  readonly epochAgeMs: number
}

export type ProbeMessage = ProbeRequest | ProbeAnswer

/** Version 2. Both kinds have one size, so that a slow line delays both directions alike. */
const REQUEST = 0x21
const ANSWER = 0x22
/** Says in a request that a report is inside. */
const REPORT = 1
const BYTES = 1 + 4 + 8 + 8 + 8 + 4 + 1 + 8 + EPOCH_BYTES
/** Claims beyond this are nonsense: 0.1 %. */
const MAX_RATE_PPM = 1_000
/** An answerer that takes longer has slept in between. */
const MAX_HOLD_MS = 1_000
/** 100,000 years: beyond it a double no longer holds fractions of a millisecond. */
const MAX_TIME_MS = 3e15

export function encodeProbe(message: ProbeMessage): Uint8Array {
  const bytes = new Uint8Array(BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, message.kind === 'request' ? REQUEST : ANSWER)
  view.setUint32(1, message.id)
  if (message.kind === 'request') {
    if (message.report === null) return bytes
    view.setUint8(33, REPORT)
    view.setUint32(29, message.report.id)
    view.setFloat64(5, message.report.askedAtMs)
    view.setFloat64(13, message.report.heardAtMs)
    return bytes
  }
  view.setFloat64(5, message.receivedAtMs)
  view.setFloat64(13, message.sentAtMs)
  view.setFloat64(21, message.roomMs)
  view.setFloat32(29, message.ratePpm)
  view.setUint8(33, standings.indexOf(message.standing))
  view.setFloat64(34, message.epochAgeMs)
  bytes.set(epochBytes(message.epoch), 42)
  return bytes
}

/** The one decoder of the clock channel. Null for anything that is not a well-formed message of version 2. */
export function decodeProbe(bytes: Uint8Array): ProbeMessage | null {
  if (bytes.length !== BYTES) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const id = view.getUint32(1)
  if (view.getUint8(0) === REQUEST) return decodeRequest(view, id)
  const standing = standings[view.getUint8(33)]
  if (view.getUint8(0) !== ANSWER || standing === undefined) return null
  const answer: ProbeAnswer = {
    kind: 'answer',
    id,
    receivedAtMs: view.getFloat64(5),
    sentAtMs: view.getFloat64(13),
    roomMs: view.getFloat64(21),
    ratePpm: view.getFloat32(29),
    standing,
    epochAgeMs: view.getFloat64(34),
    epoch: epochFromBytes(bytes.subarray(42)),
  }
  return isPlausible(answer) ? answer : null
}

function decodeRequest(view: DataView, id: number): ProbeRequest | null {
  if (view.getUint8(33) > REPORT) return null
  if (view.getUint8(33) !== REPORT) return { kind: 'request', id, report: null }
  const report = { id: view.getUint32(29), askedAtMs: view.getFloat64(5), heardAtMs: view.getFloat64(13) }
  return isTime(report.askedAtMs) && isTime(report.heardAtMs) ? { kind: 'request', id, report } : null
}

/** False for NaN too. */
const isTime = (ms: number): boolean => Math.abs(ms) <= MAX_TIME_MS

function isPlausible({ receivedAtMs, sentAtMs, roomMs, ratePpm, epochAgeMs }: ProbeAnswer): boolean {
  const heldMs = sentAtMs - receivedAtMs
  return (
    [receivedAtMs, sentAtMs, roomMs].every(isTime) &&
    heldMs >= 0 &&
    heldMs <= MAX_HOLD_MS &&
    Math.abs(ratePpm) <= MAX_RATE_PPM &&
    epochAgeMs >= 0 &&
    epochAgeMs <= MAX_TIME_MS
  )
}
