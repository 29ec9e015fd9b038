import { createServer } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addressGroup, createAdmission } from '../../signaling/admission.ts'
import { startOnFreePort } from '../../signaling/port.ts'
import { TokenBucket } from '../../src/domain/token-bucket.ts'

describe('token bucket', () => {
  it('[NODE-12] never gives more than the burst and the rate over any stretch of time', () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat(3_000), count: fc.integer({ min: 1, max: 20 }) }), {
      minLength: 1,
      maxLength: 100,
    })
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 20, max: 100 }),
        (sequence, perSecond, burst) => {
          let nowMs = 5_000
          const bucket = new TokenBucket({ nowMs: () => nowMs }, perSecond, burst)
          let taken = 0
          for (const { waitMs, count } of sequence) {
            nowMs += waitMs
            if (bucket.take(count)) taken += count
          }
          expect(taken).toBeLessThanOrEqual(burst + ((nowMs - 5_000) / 1000) * perSecond + 1e-6)
        },
      ),
    )
  })

  it('[NODE-12] refills while time passes', () => {
    let nowMs = 0
    const bucket = new TokenBucket({ nowMs: () => nowMs }, 2, 4)
    expect([bucket.take(4), bucket.take(1)]).toEqual([true, false])
    nowMs = 500
    expect([bucket.take(1), bucket.take(1)]).toEqual([true, false])
  })
})

describe('admission', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('[NODE-16] counts %s as %s', (address, group) => {
    expect(addressGroup(address)).toBe(group)
  })

  it('[NODE-16] gives a place back once, however often it is told', () => {
    const newAllowance = (): TokenBucket => new TokenBucket({ nowMs: () => 0 }, 1, 1)
    const admission = createAdmission({ connections: 2, connectionsPerAddress: 1 }, newAllowance)
    const place = admission.admit('203.0.113.1')
    expect(admission.admit('203.0.113.1')).toBe('address')
    expect(admission.admit('203.0.113.2')).toBeTypeOf('object')
    expect(admission.admit('203.0.113.3')).toBe('full')
    for (let i = 0; i < 2; i += 1) if (typeof place === 'object') place.release()
    expect(admission.count).toBe(1)
    expect(admission.admit('203.0.113.1')).toBeTypeOf('object')
  })
})

describe('the port', () => {
  it('[NODE-41] takes the next free port when the wished one is taken', async () => {
    const squatter = createServer()
    onTestFinished(() => void squatter.close())
    const taken = await new Promise<number>((resolve) =>
      squatter.listen(0, '127.0.0.1', () => resolve((squatter.address() as { port: number }).port)),
    )
    const node = await startOnFreePort({ port: taken, host: '127.0.0.1', log: () => {} })
    onTestFinished(() => node.close())
    expect(node.address().port).toBeGreaterThan(taken)
  })
})
