import { StretchReader } from './stretch-reader.ts'

const READ_BYTES = 1024 * 1024

/** Finds packets in a file, one behind the other: demuxers do not tell where they found them. */
export class Scan {
  readonly #file: Blob
  readonly #reader: StretchReader
  #bytes: Uint8Array = new Uint8Array(0)
  #startByte = 0

  constructor(file: Blob) {
    this.#file = file
    this.#reader = new StretchReader(file)
  }

  /** The first place from `fromByte` on where these bytes stand. One before the last packet's end does: frames of MP3 may be a byte short. */
  async find(packet: Uint8Array, fromByte: number): Promise<number | null> {
    for (let at = fromByte; at + packet.length <= this.#file.size; at++) {
      if (at < this.#startByte || at + packet.length > this.#startByte + this.#bytes.length)
        await this.#read(at, packet)
      if (startsWith(this.#bytes, at - this.#startByte, packet)) return at
    }
    return null
  }

  async #read(at: number, packet: Uint8Array): Promise<void> {
    this.#bytes = await this.#reader.read(at, at + Math.max(READ_BYTES, packet.length))
    this.#startByte = at
  }
}

function startsWith(bytes: Uint8Array, at: number, packet: Uint8Array): boolean {
  for (let i = 0; i < packet.length; i++) if (bytes[at + i] !== packet[i]) return false
  return true
}
