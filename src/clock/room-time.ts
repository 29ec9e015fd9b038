/** Room time as the floors above read it. */
export interface RoomTime {
  /** Room time in ms at a local monotonic time; defaults to now. */
  at(localMs?: number): number
  /** Local monotonic ms at which room time will be `roomMs`. */
  localAt(roomMs: number): number
  /** Whether this peer has agreed with others (or is alone for long enough): unsettled time may still step. */
  readonly settled: boolean
  /** Whether this peer hears others and is still to settle, or has only just done so by the first word of a page that was loading: it may move by some ms soon. */
  readonly young: boolean
}
