import type { Manifest } from './manifest.ts'

/** A blob of which this device has the manifest and perhaps pieces. */
export interface Holding {
  readonly manifest: Manifest
  /** One byte per piece, 1 when it is here. */
  readonly held: Uint8Array
  heldBytes: number
  lastHeardMs: number
}

export const isComplete = (holding: Holding): boolean => holding.heldBytes === holding.manifest.sizeBytes
