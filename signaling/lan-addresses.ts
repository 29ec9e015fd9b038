import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'
import { isLoopback } from './client-address.ts'

/** Names of interfaces that containers and virtual machines make: nobody but they reaches this machine there. */
const INNER = /^(?:docker|br-[0-9a-f]{12}$|veth|virbr|vmnet|vboxnet|vEthernet|lx[cd]br|podman|cni|flannel)/

/** What an interface gave itself because nobody gave it an address (RFC 3927). */
const SELF_MADE = /^169\.254\./

/** The IPv4 addresses at which others on this machine's networks reach it; none when it is on no network. */
export function lanAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces()): readonly string[] {
  return Object.entries(interfaces)
    .filter(([name]) => !INNER.test(name))
    .flatMap(([, list]) => list ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !SELF_MADE.test(address))
    .map(({ address }) => address)
}

/** The same for a node that listens on `host` alone, or on all addresses (`::`, `0.0.0.0`). */
export function reachedAt(host: string, onLan: () => readonly string[] = lanAddresses): readonly string[] {
  if (host === '::' || host === '0.0.0.0') return onLan()
  return isLoopback(host) ? [] : [host]
}
