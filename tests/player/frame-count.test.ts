import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameCount } from '../../src/player/frame-count.ts'

const BLOCK = 128

describe('frame count', () => {
  it('[SOUND-26] knows each block, however many of them the browser did not note, once it noted one', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.array(fc.boolean(), { minLength: 1, maxLength: 100 }), (startBlock, noted) => {
        const count = new FrameCount()
        let told = startBlock * BLOCK
        expect(count.begin(told, BLOCK)).toBe(told)
        noted.forEach((isNoted, i) => {
          const begins = (startBlock + i + 1) * BLOCK
          if (isNoted) told = begins
          expect(count.begin(told, BLOCK)).toBe(begins)
        })
      }),
    )
  })

  it('[SOUND-26] goes on at the frame that the browser tells after a pause, and mends a first block that was told too little', () => {
    const count = new FrameCount()
    expect(count.begin(0, BLOCK)).toBe(0)
    expect(count.begin(48_000, BLOCK)).toBe(48_000)
    expect(count.begin(48_000, BLOCK)).toBe(48_000 + BLOCK)
  })
})
