import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/domain/limits.ts'
import { splitIntoFrames } from '../../../src/net/channel-frames.ts'
import type { ChannelName } from '../../../src/net/link.ts'
import { VirtualTime } from '../../../src/net/memory/virtual-time.ts'
import { RtcChannel } from '../../../src/net/webrtc/rtc-channel.ts'

/** An RTCDataChannel that never drains, and can refuse. */
class FakeDataChannel extends EventTarget {
  readonly sent: Uint8Array[] = []
  readyState = 'open'
  bufferedAmount = 0
  bufferedAmountLowThreshold = 0
  refuseAfter = Infinity

  send(frame: Uint8Array): void {
    if (this.sent.length >= this.refuseAfter) throw new DOMException('full', 'OperationError')
    this.sent.push(frame)
    this.bufferedAmount += frame.length
  }
  hear(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
  hearMessage(message: Uint8Array): void {
    for (const frame of splitIntoFrames(message, limits.frameBytes)) this.hear(frame.buffer)
  }
}

function channelOf(name: ChannelName) {
  const data = new FakeDataChannel()
  const broken: string[] = []
  let torn = 0
  let heard = 0
  const channel = new RtcChannel(name, data as unknown as RTCDataChannel, {
    scheduler: new VirtualTime(),
    report: (error) => broken.push(String(error)),
    heard: () => heard++,
    broken: (why) => broken.push(why),
    torn: () => torn++,
  })
  const messages: number[] = []
  channel.onMessage((message) => messages.push(message.length))
  return { data, channel, broken, messages, torn: () => torn, heard: () => heard }
}

describe('rtc channel', () => {
  it('[RTC-17] data before the proof breaks the connection', () => {
    const { data, broken, messages } = channelOf('sync')
    data.hearMessage(new Uint8Array(3))
    expect([broken, messages]).toEqual([['data before the hello'], []])
  })

  it('[RTC-17] what comes between proof and telling is kept in order, up to a limit', () => {
    const { data, channel, broken, messages } = channelOf('media')
    channel.hold()
    data.hearMessage(new Uint8Array(3))
    data.hearMessage(new Uint8Array(limits.messageBytes))
    expect(messages).toEqual([])
    channel.open()
    data.hearMessage(new Uint8Array(4))
    expect([broken, messages]).toEqual([[], [3, limits.messageBytes, 4]])
    const flooded = channelOf('media')
    flooded.channel.hold()
    for (let i = 0; i < 3; i++) flooded.data.hearMessage(new Uint8Array(limits.messageBytes))
    expect(flooded.broken).toEqual(['a flood before the link stood'])
  })

  it('[RTC-11] text, long frames, bad frames and long datagrams break the channel', () => {
    const cases: readonly (readonly [ChannelName, unknown])[] = [
      ['sync', 'text'],
      ['sync', new ArrayBuffer(limits.frameBytes + 1)],
      ['sync', Uint8Array.of(7).buffer],
      ['clock', new ArrayBuffer(limits.datagramBytes + 1)],
    ]
    for (const [name, data] of cases) {
      const { data: fake, channel, broken } = channelOf(name)
      channel.hold()
      channel.open()
      fake.hear(data)
      expect(broken).toHaveLength(1)
    }
  })

  it('[RTC-13] `send` refuses whole messages beyond the buffer, and before the link stands or after it ended', () => {
    const { data, channel } = channelOf('media')
    const large = new Uint8Array(limits.messageBytes)
    expect(channel.send(large)).toBe(false)
    channel.hold()
    channel.open()
    let taken = 0
    while (channel.send(large)) taken++
    expect(taken).toBe(Math.floor(limits.channelBufferBytes / limits.messageBytes) - 1)
    expect(data.bufferedAmount).toBeLessThanOrEqual(limits.channelBufferBytes)
    expect(data.sent.every((frame) => frame.length <= limits.frameBytes)).toBe(true)
    data.bufferedAmount = 0
    channel.end()
    expect(channel.send(new Uint8Array(1))).toBe(false)
  })

  it('[RTC-13] a message of which the browser took only a part ends the link, without blaming the peer', () => {
    const { data, channel, broken, torn } = channelOf('sync')
    channel.hold()
    channel.open()
    data.refuseAfter = 2
    expect(channel.send(new Uint8Array(3 * limits.frameBytes))).toBe(false)
    expect([torn(), broken]).toEqual([1, []])
  })

  it('[RTC-12] anything that comes is a sign of life', () => {
    const { data, channel, heard } = channelOf('media')
    channel.hold()
    data.hear(splitIntoFrames(new Uint8Array(limits.frameBytes), limits.frameBytes)[0]!.buffer)
    expect(heard()).toBe(1)
  })
})
