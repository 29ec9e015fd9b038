import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { keepCertificate } from '../../signaling/certificate.ts'
import type { CommunityNode } from '../../signaling/node.ts'
import { lanAddresses } from '../../signaling/lan-addresses.ts'
import { loadTls } from '../../signaling/tls-files.ts'
import type { TlsFiles } from '../../signaling/tls-front.ts'
import { connect, expectReachable, settle, startNode, type TestClient } from './support.ts'

const DAY_MS = 24 * 3_600_000
const hosts = ['localhost', '127.0.0.1', '::1', 'party-laptop.local']

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'earshot-tls-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}

/** The body that an https client gets who trusts this one certificate and checks the name. */
function get(node: CommunityNode, ca: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ port: node.address().port, host: '127.0.0.1', path, ca, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve(text))
    })
      .on('error', reject)
      .end()
  })
}

async function startWithTls(): Promise<{ node: CommunityNode; tls: TlsFiles; dir: string }> {
  const dir = await folder()
  const tls = await keepCertificate(dir, hosts, Date.now())
  return { node: await startNode({ handshakeMs: 2_000, closeGraceMs: 50 }, { tls }), tls, dir }
}

/** What a plain TCP client is answered. */
async function plain(node: CommunityNode, text: string): Promise<string> {
  const socket = connectTcp(node.address().port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write(text)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

describe('TLS', () => {
  it('[NODE-46] serves health and signals over TLS', async () => {
    const { node, tls } = await startWithTls()
    expect(node.address().signalUrl).toMatch(/^wss:/)
    expect(JSON.parse(await get(node, tls.cert, '/health'))).toMatchObject({ ok: true })
    const clients: TestClient[] = [await connect(node, { ca: tls.cert }), await connect(node, { ca: tls.cert })]
    for (const client of clients) {
      client.send({ type: 'subscribe', topics: ['a-room'] })
      await settle(client)
    }
    const [anna, ben] = clients as [TestClient, TestClient]
    await expectReachable(node, { anna, ben, topic: 'a-room' }, { ca: tls.cert })
  })

  it('[NODE-46] leads plain http on the same port to https, and says nothing to others', async () => {
    const { node, tls } = await startWithTls()
    const answer = await plain(node, 'GET /?x=1 HTTP/1.1\r\nHost: 192.168.1.5:8080\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 307 /)
    expect(answer).toContain('\r\nLocation: https://192.168.1.5:8080/?x=1\r\n')
    expect(await plain(node, 'GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
    expect(await plain(node, '\u0000nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
    expect(await plain(node, '\u0016\u0003\u0001nonsense')).not.toContain('HTTP')
    expect(JSON.parse(await get(node, tls.cert, '/health'))).toMatchObject({ ok: true })
  })

  it('[NODE-18] gives up a connection to a TLS node that never says anything', async () => {
    const { node } = await startWithTls()
    expect(await plain(node, '')).toBe('')
  })

  it('[NODE-8] stops while a connection waits that has not said anything', async () => {
    const { node } = await startWithTls()
    const waiting = connectTcp(node.address().port, '127.0.0.1')
    await new Promise((resolve) => waiting.once('connect', resolve))
    const ended = new Promise((resolve) => waiting.once('close', resolve))
    await node.close()
    await ended
    expect(() => node.address()).toThrow('does not listen')
  })

  it('[NODE-48] hands out a renewed certificate without a restart, and stays up when files do not fit', async () => {
    const { node, tls } = await startWithTls()
    const other = await keepCertificate(await folder(), hosts, Date.now())
    expect(() => node.renew({ cert: other.cert, key: tls.key })).toThrow(/mismatch/)
    await get(node, tls.cert, '/health')
    node.renew(other)
    const fingerprint = await new Promise<string>((resolve, reject) => {
      const socket = connectTls({ port: node.address().port, host: '127.0.0.1', ca: other.cert }, () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '')
        socket.destroy()
      })
      socket.on('error', reject)
    })
    expect(fingerprint).toBe(new X509Certificate(other.cert).fingerprint256)
  })

  it('[NODE-46] says which file it cannot read', async () => {
    const missing = { certFile: '/nowhere/cert.pem', keyFile: '/nowhere/key.pem' }
    await expect(loadTls({ tls: missing, dataDir: '/nowhere', host: '::' }, 0)).rejects.toThrow('/nowhere/cert.pem')
    expect(await loadTls({ tls: 'off', dataDir: '/nowhere', host: '::' }, 0)).toBeNull()
  })
})

describe('the certificate that the node makes', () => {
  const now = Date.UTC(2026, 10, 26)

  it('[NODE-47] holds for each of its names, for 397 days, and is kept where only its owner reads it', async () => {
    const dir = await folder()
    const { cert, key } = await keepCertificate(dir, hosts, now)
    const parsed = new X509Certificate(cert)
    expect(parsed.checkHost('party-laptop.local')).toBeDefined()
    for (const ip of ['127.0.0.1', '::1']) expect(parsed.checkIP(ip)).toBeDefined()
    expect(parsed.checkHost('example.org')).toBeUndefined()
    expect(Date.parse(parsed.validTo) - now).toBe(397 * DAY_MS)
    expect(parsed.ca).toBe(false)
    expect(parsed.verify(parsed.publicKey)).toBe(true)
    expect((await stat(join(dir, 'node-key.pem'))).mode & 0o077).toBe(0)
    expect((await readdir(dir)).sort()).toEqual(['node-cert.pem', 'node-key.pem'])
    expect(await keepCertificate(dir, hosts.slice(0, 2), now + 300 * DAY_MS)).toEqual({ cert, key })
  })

  it('[NODE-47] holds for each address at which others reach this machine, and for the one that the node listens on alone', async () => {
    for (const [host, called] of [
      ['::', lanAddresses()],
      ['192.0.2.77', ['192.0.2.77']],
      ['2001:db8::77', ['2001:db8::77']],
      ['127.0.0.1', ['127.0.0.1']],
    ] as const) {
      const made = await loadTls({ tls: 'auto', dataDir: await folder(), host }, now)
      const parsed = new X509Certificate(made?.cert ?? '')
      for (const ip of called) expect(parsed.checkIP(ip)).toBeDefined()
    }
  })

  it.each([
    ['ends within 30 days', hosts, now + 368 * DAY_MS],
    ['does not hold for an address', [...hosts, '192.168.1.5'], now],
    ['does not hold for a name', [...hosts, 'other.local'], now],
  ])('[NODE-47] is made anew when it %s', async (_case, wanted, at) => {
    const dir = await folder()
    const first = await keepCertificate(dir, hosts, now)
    const second = await keepCertificate(dir, wanted, at)
    expect(second.cert).not.toBe(first.cert)
    expect(await keepCertificate(dir, wanted, at)).toEqual(second)
  })

  it.each(['node-cert.pem', 'node-key.pem'])('[NODE-47] is made anew when %s is damaged or foreign', async (file) => {
    const dir = await folder()
    await keepCertificate(dir, hosts, now)
    for (const text of ['', 'nonsense', (await keepCertificate(await folder(), hosts, now)).key]) {
      await writeFile(join(dir, file), text)
      const { cert, key } = await keepCertificate(dir, hosts, now)
      const parsed = new X509Certificate(cert)
      expect(parsed.checkHost('localhost')).toBeDefined()
      expect(key).toContain('PRIVATE KEY')
    }
  })
})
