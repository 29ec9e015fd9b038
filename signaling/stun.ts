import { createSocket, type RemoteInfo } from 'node:dgram'
import { isIPv4 } from 'node:net'
import type { Scheduler } from '../src/domain/scheduler.ts'
import { TokenBucket } from '../src/domain/token-bucket.ts'

/** RFC 8489, section 5 and 14.2. */
const HEADER_BYTES = 20
const MAGIC_COOKIE = 0x2112a442
const BINDING_REQUEST = 0x0001
const BINDING_SUCCESS = 0x0101
const XOR_MAPPED_ADDRESS = 0x0020
const FAMILY = { v4: 1, v6: 2 } as const
/** Attributes below this number must be understood by whoever answers. */
const OPTIONAL_FROM = 0x8000
/** Browsers send the bare header. */
const MOST_BYTES = 512

/** Answers per second in all: thousands of browsers ask a few times when they join; the bound is for senders of forged addresses. */
const ANSWERS_PER_SECOND = 1_000
const ANSWER_BURST = 5_000

/**
 * What a STUN server (RFC 8489) says to one datagram: the address from which it came, so that a browser learns how it looks from outside its
 * home. Null when the datagram is no Binding request, or asks for more than that. An answer is at most 24 bytes longer than its question.
 */
export function stunAnswer(request: Uint8Array, from: Pick<RemoteInfo, 'address' | 'port'>): Uint8Array | null {
  if (request.length < HEADER_BYTES || request.length > MOST_BYTES) return null
  const asked = new DataView(request.buffer, request.byteOffset, request.length)
  const isBinding = asked.getUint16(0) === BINDING_REQUEST && asked.getUint32(4) === MAGIC_COOKIE
  if (!isBinding || asked.getUint16(2) !== request.length - HEADER_BYTES || !asksForNoMore(asked)) return null
  const address = addressBytes(from.address)
  const answer = new Uint8Array(HEADER_BYTES + 8 + address.length)
  const view = new DataView(answer.buffer)
  view.setUint16(0, BINDING_SUCCESS)
  view.setUint16(2, answer.length - HEADER_BYTES)
  // Cookie and transaction; the address is disguised with them, because some routers rewrite addresses that they see in packets.
  answer.set(request.subarray(4, HEADER_BYTES), 4)
  view.setUint16(HEADER_BYTES, XOR_MAPPED_ADDRESS)
  view.setUint16(HEADER_BYTES + 2, 4 + address.length)
  view.setUint8(HEADER_BYTES + 5, address.length === 4 ? FAMILY.v4 : FAMILY.v6)
  view.setUint16(HEADER_BYTES + 6, from.port ^ (MAGIC_COOKIE >>> 16))
  const disguise = request.subarray(4, HEADER_BYTES)
  answer.set(
    address.map((byte, index) => byte ^ (disguise[index] ?? 0)),
    HEADER_BYTES + 8,
  )
  return answer
}

function asksForNoMore(request: DataView): boolean {
  let at = HEADER_BYTES
  while (at + 4 <= request.byteLength) {
    if (request.getUint16(at) < OPTIONAL_FROM) return false
    // Each is filled up to a multiple of four bytes.
    at += 4 + Math.ceil(request.getUint16(at + 2) / 4) * 4
  }
  return at === request.byteLength
}

/** 4 or 16 bytes. A socket for both families tells IPv4 addresses as `::ffff:192.0.2.1`. */
function addressBytes(text: string): Uint8Array {
  const plain = text.replace(/^::ffff:(?=\d+\.)/, '')
  if (isIPv4(plain)) return Uint8Array.from(plain.split('.'), Number)
  // The URL parser writes an address out to groups of hexadecimal digits; a zone (`%eth0`) is none of its business.
  const [head = '', tail] = new URL(`http://[${plain.split('%')[0]}]`).hostname.slice(1, -1).split('::')
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
  return Uint8Array.from(all.flatMap((group) => [group >>> 8, group & 0xff]))
}

/** A STUN server on a UDP port of this machine. */
export interface StunServer {
  readonly port: number
  close(): void
}

/** Answers on all addresses of this machine; port 0 takes a free one. Rejects with Node's error (`code: 'EADDRINUSE'`) when it cannot. */
export async function openStun(port: number, scheduler: Scheduler): Promise<StunServer> {
  const allowance = new TokenBucket(scheduler, ANSWERS_PER_SECOND, ANSWER_BURST)
  const bound = (type: 'udp4' | 'udp6'): Promise<StunServer> =>
    new Promise((resolve, reject) => {
      const socket = createSocket(type)
      socket.once('error', (error) => {
        socket.close()
        reject(error)
      })
      socket.on('message', (request, from) => {
        const answer = stunAnswer(request, from)
        // Who gets no answer asks again; a datagram that cannot be sent is one that was lost.
        if (answer !== null && allowance.take(1)) socket.send(answer, from.port, from.address, () => {})
      })
      socket.bind(port, () => {
        socket.removeAllListeners('error').on('error', () => {})
        resolve({ port: socket.address().port, close: () => socket.close() })
      })
    })
  // Machines without IPv6 have one family only.
  return bound('udp6').catch((error: NodeJS.ErrnoException) =>
    error.code === 'EAFNOSUPPORT' ? bound('udp4') : Promise.reject(error),
  )
}
