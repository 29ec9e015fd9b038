import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createReassembler, splitIntoFrames } from '../../src/net/channel-frames.ts'

describe('frames', () => {
  it('[RTC-11] any messages, split and put together again, come out the same, within the frame size', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 })
    fc.assert(
      fc.property(messages, fc.integer({ min: 2, max: 64 }), (sent, frameBytes) => {
        const assemble = createReassembler(400)
        const received = []
        for (const frame of sent.flatMap((message) => splitIntoFrames(message, frameBytes))) {
          expect(frame.length).toBeLessThanOrEqual(frameBytes)
          const result = assemble(frame)
          expect(result.kind).not.toBe('bad')
          if (result.kind === 'message') received.push(result.message)
        }
        expect(received).toEqual(sent)
      }),
    )
  })

  it('[RTC-11] a message beyond the limit is bad as soon as its frames exceed it', () => {
    const assemble = createReassembler(100)
    const frames = splitIntoFrames(new Uint8Array(101), 41)
    expect(frames.map((frame) => assemble(frame).kind)).toEqual(['more', 'more', 'bad'])
  })

  it('[RTC-11] a frame without a known header is bad, and so is an empty one that announces more', () => {
    for (const frame of [Uint8Array.of(), Uint8Array.of(2, 1), Uint8Array.of(255), Uint8Array.of(0)])
      expect(createReassembler(100)(frame).kind).toBe('bad')
  })

  it('[RTC-11] any bytes lead to a result, and never to more held than the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (frames) => {
        const assemble = createReassembler(100)
        for (const frame of frames) {
          const result = assemble(frame)
          if (result.kind === 'bad') return
          expect(result.kind === 'message' ? result.message.length : 0).toBeLessThanOrEqual(100)
        }
      }),
    )
  })
})
