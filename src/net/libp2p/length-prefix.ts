/** Whole messages over a byte stream: each with its length in front, 32 bits, big endian. */
const HEADER_BYTES = 4

/** A copy of the message with its length in front. */
export function withLength(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(HEADER_BYTES + message.length)
  new DataView(framed.buffer).setUint32(0, message.length)
  framed.set(message, HEADER_BYTES)
  return framed
}

/** Cuts a stream into messages again: hands over each as it is complete. False when one is longer than `maxBytes`; the stream is beyond repair then. */
export function createLengthReader(
  maxBytes: number,
  tell: (message: Uint8Array) => void,
): (chunk: Uint8Array) => boolean {
  const header = new Uint8Array(HEADER_BYTES)
  let body: Uint8Array | null = null
  let filled = 0
  return (chunk) => {
    let offset = 0
    // An empty message is complete without a further byte.
    while (offset < chunk.length || body?.length === 0) {
      const target: Uint8Array = body ?? header
      const part = chunk.subarray(offset, offset + target.length - filled)
      target.set(part, filled)
      offset += part.length
      filled += part.length
      if (filled < target.length) return true
      filled = 0
      if (body !== null) {
        body = null
        tell(target)
        continue
      }
      const length = new DataView(header.buffer).getUint32(0)
      if (length > maxBytes) return false
      body = new Uint8Array(length)
    }
    return true
  }
}
