/** What a keeper may hold. What is beyond it is refused; nothing of anybody is thrown away to make room. */
export interface KeepQuota {
  /** Bytes of records of all rooms. */
  readonly totalBytes: number
  /** Bytes of records of one room; about 3,000 records fit into a mebibyte. */
  readonly roomBytes: number
  /** Rooms. */
  readonly rooms: number
  /** Days after which a room goes that nobody has opened. */
  readonly days: number
  /** Rooms that one address (IPv6: one /64) may have kept a day, in the long run. */
  readonly addressRoomsPerDay: number
  /** Bytes that one address may send a day, in the long run. */
  readonly addressBytesPerDay: number
}

export const defaultKeepQuota: KeepQuota = {
  totalBytes: 1024 * 1024 * 1024,
  roomBytes: 8 * 1024 * 1024,
  rooms: 1_000,
  days: 90,
  addressRoomsPerDay: 20,
  addressBytesPerDay: 64 * 1024 * 1024,
}
