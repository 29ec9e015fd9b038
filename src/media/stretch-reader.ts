/**
 * Reads stretches of a blob, one after another, into one buffer. A buffer for each would leave as much behind as the blob is large, of which
 * browsers keep some 60 MB until something else asks for memory.
 */
export class StretchReader {
  readonly #blob: Blob
  /** Empty while it is lent to the browser. */
  #buffer = new ArrayBuffer(0)

  constructor(blob: Blob) {
    this.#blob = blob
  }

  /** Bytes [start, end), until the next call, which comes after this one has settled. Rejects with what the blob's own reader does. */
  async read(start: number, end: number): Promise<Uint8Array> {
    const stretch = this.#blob.slice(start, end)
    const reader = readerInto(stretch)
    if (reader === null) return new Uint8Array(await stretch.arrayBuffer())
    const { size } = stretch
    let buffer = this.#buffer.byteLength < size ? new ArrayBuffer(size) : this.#buffer
    this.#buffer = new ArrayBuffer(0)
    for (let at = 0; at < size;) {
      const { value } = await reader.read(new Uint8Array(buffer, at, size - at))
      // Whoever reads a file that has become shorter is told so by the stream itself.
      if (value === undefined || value.length === 0) throw new DOMException('A file ended early.', 'NotReadableError')
      buffer = value.buffer
      at += value.length
    }
    await reader.cancel()
    this.#buffer = buffer
    return new Uint8Array(buffer, 0, size)
  }
}

/** Null where the browser does not read blobs into buffers that it is given (Safari). */
function readerInto(blob: Blob): ReadableStreamBYOBReader | null {
  try {
    return blob.stream().getReader({ mode: 'byob' })
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}
