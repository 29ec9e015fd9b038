/**
 * How far a peer is with agreeing: nobody is heard yet, or its clock jumped; it goes where others are; it has only just settled, by the first
 * words of a page that was loading, and may still be moved by some ms; it has agreed, or was alone for long enough.
 */
export type Phase = 'waiting' | 'approaching' | 'young' | 'settled'

/** Whether a peer in this phase keeps a time that no longer goes where others are. */
export const hasSettled = (phase: Phase): boolean => phase === 'young' || phase === 'settled'

/** Room time as the floors above read it. */
export interface RoomTime {
  /** Room time in ms at a local monotonic time; defaults to now. */
  at(localMs?: number): number
  /** Local monotonic ms at which room time will be `roomMs`. */
  localAt(roomMs: number): number
  /** `hasSettled`: unsettled time may still step. */
  readonly settled: boolean
  /** Whether this peer hears others and its time may move by some ms soon ('approaching' or 'young'). */
  readonly young: boolean
}
