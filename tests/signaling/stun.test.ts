import { createSocket } from 'node:dgram'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createNodeScheduler } from '../../signaling/scheduler.ts'
import { openStun, stunAnswer } from '../../signaling/stun.ts'

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
const transaction = 'b7e7a701 bc34d686 fa87dfae'
/** A Binding request as browsers send it: the bare header. */
const bare = hex(`0001 0000 2112a442 ${transaction}`)

describe('the STUN server', () => {
  it('[NODE-54] answers as the test vectors of RFC 5769 do, to IPv4 and to IPv6', () => {
    // Sections 2.2 and 2.3: the attribute XOR-MAPPED-ADDRESS for 192.0.2.1:32853 and for [2001:db8:1234:5678:11:2233:4455:6677]:32853.
    const v4 = hex(`0101 000c 2112a442 ${transaction} 0020 0008 0001 a147 e112a643`)
    const v6 = hex(`0101 0018 2112a442 ${transaction} 0020 0014 0002 a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9`)
    const port = 32_853
    expect(stunAnswer(bare, { address: '192.0.2.1', port })).toEqual(new Uint8Array(v4))
    expect(stunAnswer(bare, { address: '::ffff:192.0.2.1', port })).toEqual(new Uint8Array(v4))
    expect(stunAnswer(bare, { address: '2001:db8:1234:5678:11:2233:4455:6677', port })).toEqual(new Uint8Array(v6))
  })

  it('[NODE-54] reads the address of whoever asks, however it is written', () => {
    const read = (address: string) => {
      const answer = stunAnswer(bare, { address, port: 1 })!
      return Buffer.from(answer.subarray(28).map((byte, index) => byte ^ bare[4 + index]!)).toString('hex')
    }
    expect(read('::1')).toBe('00000000000000000000000000000001')
    expect(read('fe80::1%eth0')).toBe('fe800000000000000000000000000001')
    expect(read('2001:db8::')).toBe('20010db8000000000000000000000000')
    expect(read('64:ff9b::192.0.2.33')).toBe('0064ff9b0000000000000000c0000221')
  })

  it('[NODE-54] passes by attributes that may be passed by, and is silent to who asks for more', () => {
    const from = { address: '192.0.2.1', port: 1 }
    const software = hex(`0001 000c 2112a442 ${transaction} 8022 0005 74657374 73000000`)
    const changeAddress = hex(`0001 0008 2112a442 ${transaction} 0003 0004 00000006`)
    expect(stunAnswer(software, from)).not.toBeNull()
    expect(stunAnswer(changeAddress, from)).toBeNull()
    expect(stunAnswer(hex(`0101 0000 2112a442 ${transaction}`), from)).toBeNull()
    expect(stunAnswer(hex(`0001 0004 2112a442 ${transaction}`), from)).toBeNull()
    expect(stunAnswer(hex(`0001 0004 2112a442 ${transaction} 8022 0005`), from)).toBeNull()
  })

  it('[NODE-54] says nothing to anything else, and never more than 24 bytes above what it was asked', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 600 }),
          fc.uint8Array({ maxLength: 64 }).map((rest) => Uint8Array.from([...bare, ...rest])),
          fc.uint8Array({ maxLength: 64 }).map((rest) => {
            const whole = Uint8Array.from([...bare, ...rest])
            whole[3] = rest.length
            return whole
          }),
        ),
        fc.oneof(fc.ipV4(), fc.ipV6()),
        (request, address) => {
          const answer = stunAnswer(request, { address, port: 65_535 })
          expect(answer === null || answer.length <= request.length + 24).toBe(true)
          expect(answer === null || request[0] === 0).toBe(true)
        },
      ),
    ))

  it('[NODE-54] tells who asks over UDP their own address', async () => {
    const server = await openStun(0, createNodeScheduler())
    onTestFinished(() => server.close())
    const socket = createSocket('udp4')
    onTestFinished(() => void socket.close())
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    const answered = new Promise<Buffer>((resolve) => socket.once('message', resolve))
    socket.send(bare, server.port, '127.0.0.1')
    expect(new Uint8Array(await answered)).toEqual(stunAnswer(bare, socket.address()))
  })

  it('[NODE-54] fails when its port is taken', async () => {
    const server = await openStun(0, createNodeScheduler())
    onTestFinished(() => server.close())
    await expect(openStun(server.port, createNodeScheduler())).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
