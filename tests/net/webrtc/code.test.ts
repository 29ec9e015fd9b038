import fc from 'fast-check'
import { encodeQR } from 'qr'
import { describe, expect, it } from 'vitest'
import { base64urlnopad } from '@scure/base'
import { CodeError } from '../../../src/domain/errors.ts'
import { limits } from '../../../src/domain/limits.ts'
import { decodeCode, encodeCode, type Code } from '../../../src/net/webrtc/by-hand/code.ts'
import { descriptionOf, sessionOf } from '../../../src/net/webrtc/by-hand/description.ts'
import { fingerprintOf } from '../../../src/net/webrtc/fingerprints.ts'

const bytes = (count: number) => fc.uint8Array({ minLength: count, maxLength: count })
const iceText = (minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(...'ABCXYZabcxyz0189+/'), { minLength, maxLength }).map((characters) => characters.join(''))
const address = fc
  .record({
    kind: fc.constantFrom('host' as const, 'srflx' as const, 'relay' as const),
    form: fc.constantFrom('ipv4' as const, 'ipv6' as const, 'mdns' as const),
    port: fc.integer({ min: 1, max: 65_535 }),
  })
  .chain((rest) => bytes(rest.form === 'ipv4' ? 4 : 16).map((own) => ({ ...rest, bytes: own })))
const session = fc.record({
  iceUfrag: iceText(4, 32),
  icePwd: iceText(22, 64),
  fingerprint: bytes(32),
  addresses: fc.array(address, { maxLength: limits.codeAddresses }),
})
const code: fc.Arbitrary<Code> = fc.record({
  kind: fc.constantFrom('invitation' as const, 'answer' as const),
  id: bytes(4),
  expiresAtS: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  name: bytes(16),
  session,
})

const readOrProblem = (text: string): Code | string => {
  try {
    return decodeCode(text)
  } catch (error) {
    if (error instanceof CodeError) return error.message
    throw error
  }
}

/** As Chromium 156 describes a connection with data channels on a laptop with Wi-Fi, a STUN server and a TURN server. */
const chromium = `v=0
o=- 7314584504170145707 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=candidate:4168722774 1 udp 2113937151 872bb7d3-e735-4f00-9d6f-2838ef11fd63.local 45807 typ host generation 0 network-cost 999
a=candidate:857696438 1 udp 2113942271 628558a2-2b34-473f-b08c-83ae8395df84.local 54845 typ host generation 0 network-cost 999
a=candidate:842163049 1 udp 1677729535 203.0.113.77 39112 typ srflx raddr 0.0.0.0 rport 0 generation 0
a=candidate:842163050 1 udp 1677732095 2001:db8::8a2e:370:7334 39113 typ srflx raddr :: rport 0 generation 0
a=candidate:1234 1 udp 33562367 198.51.100.4 52011 typ relay raddr 203.0.113.77 rport 39112 generation 0
a=candidate:1980 1 tcp 1518280447 872bb7d3-e735-4f00-9d6f-2838ef11fd63.local 9 typ host tcptype active generation 0
a=ice-ufrag:j1Qt
a=ice-pwd:uzzmD4sjm0DL4HZdasOY2dNF
a=ice-options:trickle
a=fingerprint:sha-256 5D:D3:A3:8C:5E:8B:5E:EA:75:A6:D9:97:C8:23:55:E3:CA:C8:23:50:44:F1:85:C0:CE:F7:31:6E:A4:7E:40:74
a=setup:actpass
a=mid:0
a=sctp-port:5000
a=max-message-size:262144
`.replaceAll('\n', '\r\n')

describe('codes that people hand each other', () => {
  it('[RTC-30] read back as they were written, and one code has one text', () => {
    fc.assert(
      fc.property(code, (given) => {
        const text = encodeCode(given)
        expect(decodeCode(text)).toEqual(given)
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/)
        expect(text.length).toBeLessThanOrEqual(limits.codeChars)
      }),
    )
  })

  it('[RTC-30] that are cut off, prolonged, or anything else, are refused with words for a person', () => {
    fc.assert(
      fc.property(code, fc.nat(), fc.constantFrom('A', 'AA', 'AAAA', 'zzzz'), (given, at, more) => {
        const text = encodeCode(given)
        expect(typeof readOrProblem(text.slice(0, at % text.length))).toBe('string')
        expect(typeof readOrProblem(text + more)).toBe('string')
      }),
    )
    expect(readOrProblem('')).toMatch(/not a code/)
    expect(readOrProblem('#/r/somewhere')).toMatch(/not a code/)
    expect(readOrProblem('A'.repeat(limits.codeChars + 1))).toMatch(/not a code/)
  })

  it('[RTC-30] of hostile bytes never throw anything else, and what they say has that text alone', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(code, fc.nat(), fc.nat({ max: 255 })).map(([given, at, byte]) => {
        const own = base64urlnopad.decode(encodeCode(given))
        own[at % own.length] = byte
        return own
      }),
    )
    fc.assert(
      fc.property(hostile, (own) => {
        const text = base64urlnopad.encode(own)
        const read = readOrProblem(text)
        if (typeof read !== 'string') expect(encodeCode(read)).toBe(text)
      }),
      { numRuns: 1_000 },
    )
  })

  it('[RTC-30] of another version say so', () => {
    const own = base64urlnopad.decode(encodeCode({ ...fc.sample(code, 1)[0]! }))
    for (const version of [1, 3]) {
      own[0] = version << 4
      expect(readOrProblem(base64urlnopad.encode(own))).toMatch(/another version/)
    }
  })
})

/** Of the code as it is drawn: at level L, behind a private room's link. */
const qrVersion = (text: string): number => {
  const link = `https://earshot.example.org/#/r/${'r'.repeat(43)}~${'s'.repeat(43)}/${text}`
  return (encodeQR(link, 'raw', { ecc: 'low', border: 1 }).length - 19) / 4
}

describe('descriptions in codes', () => {
  it('[RTC-31] are rebuilt with the same credentials, certificate and addresses', () => {
    fc.assert(
      fc.property(code, ({ kind, session: given }) => {
        const { type, sdp = '' } = descriptionOf({ kind, session: given })
        expect(type).toBe(kind === 'invitation' ? 'offer' : 'answer')
        expect(sdp).toContain(`a=setup:${kind === 'invitation' ? 'active' : 'passive'}\r\n`)
        // The browser that answers takes the other part, and the one that invites has left it open.
        const own = sdp.replace('a=setup:active', 'a=setup:actpass')
        expect(sessionOf(own)).toEqual({ ...given, addresses: expect.any(Array) })
        const told = sessionOf(own)?.addresses ?? []
        expect(told).toHaveLength(given.addresses.length)
        expect(told).toEqual(expect.arrayContaining([...given.addresses]))
      }),
    )
  })

  it('[RTC-31] of a browser keep what leads there, and fit one QR code', () => {
    const told = sessionOf(chromium)
    expect(told?.addresses.map(({ kind, form, port }) => `${kind} ${form} ${port}`)).toEqual([
      'host mdns 54845',
      'host mdns 45807',
      'srflx ipv6 39113',
      'srflx ipv4 39112',
      'relay ipv4 52011',
    ])
    const rebuilt = descriptionOf({ kind: 'invitation', session: told! }).sdp ?? ''
    expect(fingerprintOf(rebuilt)).toBe(fingerprintOf(chromium))
    expect(rebuilt).toContain('2001:db8:0:0:0:8a2e:370:7334 39113 typ srflx')
    expect(rebuilt).toContain('628558a2-2b34-473f-b08c-83ae8395df84.local 54845 typ host')
    const text = encodeCode({ ...fc.sample(code, 1)[0]!, session: told! })
    expect(text).toHaveLength(203)
    expect(qrVersion(text)).toBe(12)
    const most = Array.from({ length: limits.codeAddresses }, () => told!.addresses[0]!)
    expect(qrVersion(encodeCode({ ...fc.sample(code, 1)[0]!, session: { ...told!, addresses: most } }))).toBe(14)
  })

  it('[RTC-31] with more addresses than fit keep the best of each kind', () => {
    const many = Array.from(
      { length: 12 },
      (_, i) => `a=candidate:${i} 1 udp ${2_113_937_151 - i} 192.168.${i}.2 ${5_000 + i} typ host\r\n`,
    )
    const told = sessionOf(chromium.replace(/^a=candidate:4168722774/m, `${many.join('')}a=candidate:4168722774`))
    expect(told?.addresses).toHaveLength(limits.codeAddresses)
    expect(told?.addresses.map(({ kind, form }) => `${kind} ${form}`)).toEqual(
      expect.arrayContaining(['host ipv4', 'host mdns', 'srflx ipv4', 'srflx ipv6', 'relay ipv4']),
    )
  })

  it('[RTC-31] that a code cannot say are none', () => {
    const second = `a=fingerprint:sha-256 ${'AB:'.repeat(31)}AB`
    expect(sessionOf(chromium.replace('a=mid:0', 'a=mid:data'))).toBeNull()
    expect(sessionOf(chromium.replace('sctp-port:5000', 'sctp-port:5001'))).toBeNull()
    expect(sessionOf(chromium.replace('setup:actpass', 'setup:active'))).toBeNull()
    expect(sessionOf(chromium.replace(/^a=ice-pwd.*\r\n/m, ''))).toBeNull()
    expect(sessionOf(chromium.replace('a=setup', `${second}\r\na=setup`))).toBeNull()
    const odd = chromium
      .replace('203.0.113.77 39112', '203.0.113.777 39112')
      .replace('2001:db8::8a2e:370:7334', '2001::db8::7334')
    expect(sessionOf(odd)?.addresses.some(({ kind }) => kind === 'srflx')).toBe(false)
  })
})
