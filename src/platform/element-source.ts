import { isBlobId } from '../domain/ids.ts'
import type { BlobRef } from '../domain/record.ts'
import type { OpenElementSource } from '../player/media-element/element-source.ts'

interface Files {
  file(ref: BlobRef, signal: AbortSignal): Promise<Blob>
}

/** Lets media elements read whole blobs of this device by an address that only this page knows, and what lies elsewhere from there. */
export const openFromFiles =
  (files: Files): OpenElementSource =>
  async ({ ref: { id, sizeBytes, type }, url: elsewhere }, signal) => {
    if (elsewhere !== undefined) return { url: elsewhere, release: () => undefined }
    if (!isBlobId(id)) throw new TypeError(`no blob: ${id}`)
    const url = URL.createObjectURL(await files.file({ id, sizeBytes, type }, signal))
    return { url, release: () => URL.revokeObjectURL(url) }
  }
