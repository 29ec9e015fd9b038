import { networkInterfaces } from 'node:os'

/** This machine's first private or public IPv4 address that others can reach; null when it has none. */
export function lanAddress(): string | null {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? null
}
