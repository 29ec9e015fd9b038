/**
 * Messages over networks that carry only small packets whole: a message is one or more frames on a reliable, ordered channel,
 * each with one header byte in front. Wire format: docs/PROTOCOL.md.
 */
const MORE = 0
const LAST = 1
const HEADER_BYTES = 1

/** Frames of `message`, in order, each of at most `frameBytes` (header included). An empty message is one frame. */
export function splitIntoFrames(message: Uint8Array, frameBytes: number): Uint8Array<ArrayBuffer>[] {
  const payloadBytes = frameBytes - HEADER_BYTES
  if (payloadBytes < 1) throw new RangeError('a frame has room for its header and at least one byte')
  const frames: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  do {
    const end = Math.min(offset + payloadBytes, message.length)
    const frame = new Uint8Array(HEADER_BYTES + end - offset)
    frame[0] = end === message.length ? LAST : MORE
    frame.set(message.subarray(offset, end), HEADER_BYTES)
    frames.push(frame)
    offset = end
  } while (offset < message.length)
  return frames
}

/** What a frame led to: a whole message, the wish for more, or proof that the sender does not keep the format. */
export type FrameResult =
  | { readonly kind: 'message'; readonly message: Uint8Array }
  | { readonly kind: 'more' }
  | { readonly kind: 'bad'; readonly why: string }

/** Puts frames together again. Never holds more than `maxMessageBytes`; after `bad` the channel is beyond repair. */
export function createReassembler(maxMessageBytes: number): (frame: Uint8Array) => FrameResult {
  let parts: Uint8Array[] = []
  let heldBytes = 0
  return (frame) => {
    const header = frame[0]
    if (header !== MORE && header !== LAST) return { kind: 'bad', why: 'a frame without a known header' }
    const payload = frame.subarray(HEADER_BYTES)
    // An empty frame that announces more would let a peer send for ever without ever reaching the limit.
    if (header === MORE && payload.length === 0) return { kind: 'bad', why: 'an empty frame that announces more' }
    if (heldBytes + payload.length > maxMessageBytes) return { kind: 'bad', why: 'a message beyond the limit' }
    parts.push(payload)
    heldBytes += payload.length
    if (header === MORE) return { kind: 'more' }
    const message = joinParts(parts, heldBytes)
    parts = []
    heldBytes = 0
    return { kind: 'message', message }
  }
}

function joinParts(parts: readonly Uint8Array[], totalBytes: number): Uint8Array {
  const message = new Uint8Array(totalBytes)
  let offset = 0
  for (const part of parts) {
    message.set(part, offset)
    offset += part.length
  }
  return message
}
