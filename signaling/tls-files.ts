import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { NodeConfig } from './config.ts'
import { reachedAt } from './lan-addresses.ts'
import type { TlsFiles } from './tls-front.ts'

/**
 * Certificate and key as the configuration says, read (or, with `auto`, made and kept) anew at each call; null when it wants no TLS.
 * @throws Error of the file system when a file cannot be read or kept.
 */
export async function loadTls(
  { tls, dataDir, host }: Pick<NodeConfig, 'tls' | 'dataDir' | 'host'>,
  wallMs: number,
): Promise<TlsFiles | null> {
  if (tls === 'off') return null
  if (tls === 'auto') {
    // Loaded only when needed: nobody else pays for making certificates.
    const { keepCertificate } = await import('./certificate.ts')
    return keepCertificate(dataDir, ownNames(host), wallMs)
  }
  return { cert: await readFile(tls.certFile, 'utf8'), key: await readFile(tls.keyFile, 'utf8') }
}

/** Under which a node that listens on `host` is called from here and on its own networks. */
function ownNames(host: string): string[] {
  const name = hostname().toLowerCase()
  const names = /^[a-z0-9-]+$/.test(name) ? [name, `${name}.local`] : []
  return ['localhost', '127.0.0.1', '::1', ...names, ...reachedAt(host)]
}
