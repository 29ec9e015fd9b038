/** Where a room is kept on this device: opaque pieces, which pass the gate again when they are loaded. */
export interface ReplicaStore {
  /** All pieces, oldest first as far as is known. @throws StorageError */
  load(): Promise<readonly Uint8Array[]>
  /** Resolves when the piece would survive a crash. @throws StorageError when there is no room, or storage is off. */
  append(piece: Uint8Array): Promise<void>
  /**
   * Puts `pieces` in the place of all that this instance has loaded or appended, in one step: pieces that another tab has appended meanwhile stay.
   * @throws StorageError
   */
  replaceAll(pieces: readonly Uint8Array[]): Promise<void>
}
