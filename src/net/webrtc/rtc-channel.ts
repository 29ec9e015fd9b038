import { limits } from '../../domain/limits.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import { createReassembler, splitIntoFrames } from '../channel-frames.ts'
import { GatedChannel } from '../gated-channel.ts'
import type { ChannelName } from '../link.ts'
import type { ChannelContext } from '../wires.ts'

/** A link's channel over a negotiated RTCDataChannel. */
export class RtcChannel extends GatedChannel {
  readonly #data: RTCDataChannel
  readonly #assemble = createReassembler(limits.messageBytes)

  constructor(name: ChannelName, data: RTCDataChannel, context: ChannelContext) {
    super(name, context, limits.channelBufferBytes)
    this.#data = data
    data.bufferedAmountLowThreshold = limits.channelLowWaterBytes
    data.addEventListener('message', this.#onFrame)
  }

  get bufferedBytes(): number {
    return this.#data.bufferedAmount
  }

  override end(): void {
    super.end()
    this.#data.removeEventListener('message', this.#onFrame)
  }

  protected push(message: Uint8Array): boolean {
    if (this.#data.readyState !== 'open') return false
    const frames = this.name === 'clock' ? [Uint8Array.from(message)] : splitIntoFrames(message, limits.frameBytes)
    try {
      for (const frame of frames) this.#data.send(frame)
    } catch {
      // The browser closed the channel or will not hold more. Part of the message may be out: nothing after it could be read.
      this.context.torn()
      return false
    }
    return true
  }

  protected onDrain(listener: () => void): Unsubscribe {
    this.#data.addEventListener('bufferedamountlow', listener)
    return () => this.#data.removeEventListener('bufferedamountlow', listener)
  }

  readonly #onFrame = ({ data }: MessageEvent<unknown>): void => {
    const receivedAtMs = this.context.scheduler.nowMs()
    if (!this.admits()) return
    if (!(data instanceof ArrayBuffer)) return this.context.broken('text on a binary channel')
    const frame = new Uint8Array(data)
    if (this.name === 'clock') {
      if (frame.length <= limits.datagramBytes) this.take(frame, receivedAtMs)
      else this.context.broken('a datagram beyond the limit')
      return
    }
    const result =
      frame.length <= limits.frameBytes ? this.#assemble(frame) : ({ kind: 'bad', why: 'a long frame' } as const)
    if (result.kind === 'message') this.take(result.message, receivedAtMs)
    if (result.kind === 'bad') this.context.broken(result.why)
  }
}
