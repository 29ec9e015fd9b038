import 'reflect-metadata' // @peculiar/x509 stands on it
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import type { TlsFiles } from './tls-front.ts'

const DAY_MS = 24 * 3_600_000
/** Browsers on Apple devices refuse certificates that are valid for longer than 825 days, and public ones beyond 398. */
const VALID_DAYS = 397
/** A certificate that ends sooner than this is replaced. */
const RENEW_DAYS = 30
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * The certificate that is kept in `dir`, or a new one, kept there from now on, when there is none, when it ends within 30 days, or when
 * it does not hold for one of `hosts` (names and IP addresses). It is vouched for by nobody: browsers warn once, and remember the answer
 * for as long as the certificate stays the same.
 */
export async function keepCertificate(dir: string, hosts: readonly string[], wallMs: number): Promise<TlsFiles> {
  const [certFile, keyFile] = [join(dir, 'node-cert.pem'), join(dir, 'node-key.pem')]
  const [cert, key] = await Promise.all([readIfThere(certFile), readIfThere(keyFile)])
  if (cert !== null && key !== null && isGoodFor({ cert, key }, hosts, wallMs)) return { cert, key }
  const made = await makeCertificate(hosts, wallMs)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await replace(keyFile, made.key)
  await replace(certFile, made.cert)
  return made
}

/** Whether key and certificate belong together, last for 30 days more, and hold for all hosts. */
function isGoodFor({ cert, key }: TlsFiles, hosts: readonly string[], wallMs: number): boolean {
  try {
    const parsed = new X509Certificate(cert)
    if (!parsed.checkPrivateKey(createPrivateKey(key))) return false
    if (parsed.validToDate.getTime() < wallMs + RENEW_DAYS * DAY_MS) return false
    return hosts.every((host) => (isIP(host) === 0 ? parsed.checkHost(host) : parsed.checkIP(host)) !== undefined)
  } catch {
    return false // a file that is no certificate: as good as none
  }
}

async function makeCertificate(hosts: readonly string[], wallMs: number): Promise<TlsFiles> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Earshot node',
    // An hour back: devices on a LAN without internet may be slow.
    notBefore: new Date(wallMs - 3_600_000),
    notAfter: new Date(wallMs + VALID_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(hosts.map(generalName)),
    ],
  })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { cert: certificate.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') }
}

const generalName = (value: string): { type: 'dns' | 'ip'; value: string } => ({
  type: isIP(value) === 0 ? 'dns' : 'ip',
  value,
})

async function readIfThere(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}

/** Writes beside and renames: a crash never leaves half a file. */
async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
