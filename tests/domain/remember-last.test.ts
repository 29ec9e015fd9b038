import { describe, expect, it } from 'vitest'
import { rememberLast } from '../../src/domain/remember-last.ts'

describe('what is remembered', () => {
  it('[CRYPTO-6] is made once for each of the last keys, and anew for one before them', () => {
    const made: number[] = []
    const square = rememberLast(2, (key: number) => (made.push(key), key * key))
    expect([1, 2, 1, 2].map(square)).toEqual([1, 4, 1, 4])
    expect(made).toEqual([1, 2])
    expect([3, 2, 3].map(square)).toEqual([9, 4, 9])
    expect(made).toEqual([1, 2, 3])
    expect(square(1)).toBe(1)
    expect(made).toEqual([1, 2, 3, 1])
  })
})
