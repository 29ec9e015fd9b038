import { hex } from '@scure/base'
import type { CodeAddress } from './code.ts'

const MDNS = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\.local$/i
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/

/** An address as candidates have it. Null when it is neither IPv4, IPv6, nor one of the names by which browsers hide one. */
export function readAddress(text: string): Pick<CodeAddress, 'form' | 'bytes'> | null {
  const mdns = MDNS.exec(text)
  if (mdns !== null) return { form: 'mdns', bytes: hex.decode(mdns.slice(1).join('').toLowerCase()) }
  const ipv4 = IPV4.exec(text)?.slice(1).map(Number)
  if (ipv4 !== undefined)
    return ipv4.every((byte) => byte <= 255) ? { form: 'ipv4', bytes: Uint8Array.from(ipv4) } : null
  const bytes = readIpv6(text)
  return bytes === null ? null : { form: 'ipv6', bytes }
}

export function addressText({ form, bytes }: Pick<CodeAddress, 'form' | 'bytes'>): string {
  if (form === 'ipv4') return bytes.join('.')
  const digits = hex.encode(bytes)
  if (form === 'mdns') return `${uuidText(bytes)}.local`
  return (digits.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}

/** 16 bytes as a UUID (RFC 9562). */
export const uuidText = (bytes: Uint8Array): string =>
  hex.encode(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

export const uuidBytes = (text: string): Uint8Array => hex.decode(text.replaceAll('-', '').toLowerCase())

/** RFC 4291, 2.2, without its form that ends in IPv4: browsers do not gather those. */
function readIpv6(text: string): Uint8Array | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const zeros = 8 - head.length - tail.length
  if (halves.length === 2 ? zeros < 1 : zeros !== 0) return null
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...tail]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  return hex.decode(
    groups
      .map((group) => group.padStart(4, '0'))
      .join('')
      .toLowerCase(),
  )
}
