import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CommunityNode } from '../../signaling/node.ts'
import { startNode } from './support.ts'

const page = `<!doctype html><title>Earshot</title>${'<p>again and again</p>'.repeat(100)}`
const script = `console.log("${'la'.repeat(500)}")`

async function startWithApp(): Promise<CommunityNode> {
  const parent = await mkdtemp(join(tmpdir(), 'earshot-static-'))
  onTestFinished(() => rm(parent, { recursive: true }))
  const distDir = join(parent, 'dist')
  await mkdir(join(distDir, 'assets'), { recursive: true })
  await writeFile(join(parent, 'secret.txt'), 'not for the world')
  await writeFile(join(distDir, 'index.html'), page)
  await writeFile(join(distDir, 'assets', 'main-abc123.js'), script)
  await writeFile(join(distDir, 'assets', 'main-abc123.js.map'), '{}')
  await writeFile(join(distDir, 'tone.mp3'), Buffer.alloc(2_000, 7))
  await writeFile(join(distDir, 'font.woff2'), 'font')
  return startNode({}, { distDir })
}

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Sends a path exactly as it is written: `fetch` would tidy it up first. */
function get(node: CommunityNode, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = node.address()
    request({ port, host: '127.0.0.1', path, headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
      .on('error', reject)
      .end()
  })
}

describe('the app over HTTP', () => {
  it('[NODE-30] serves the page and its files with their types', async () => {
    const node = await startWithApp()
    const types: Record<string, string> = {
      '/': 'text/html; charset=utf-8',
      '/index.html?x=1': 'text/html; charset=utf-8',
      '/assets/main-abc123.js': 'text/javascript; charset=utf-8',
      '/tone.mp3': 'audio/mpeg',
      '/font.woff2': 'font/woff2',
    }
    for (const [path, type] of Object.entries(types)) {
      const { status, headers } = await get(node, path)
      expect({ path, status, type: headers['content-type'] }).toEqual({ path, status: 200, type })
    }
    expect(String((await get(node, '/')).body)).toBe(page)
  })

  it('[NODE-31] compresses text as the client accepts it, never media', async () => {
    const node = await startWithApp()
    const brotli = await get(node, '/', { 'accept-encoding': 'gzip, deflate, br' })
    expect(brotli.headers['content-encoding']).toBe('br')
    expect(String(brotliDecompressSync(brotli.body))).toBe(page)
    const zipped = await get(node, '/', { 'accept-encoding': 'gzip, br;q=0' })
    expect(zipped.headers['content-encoding']).toBe('gzip')
    expect(String(gunzipSync(zipped.body))).toBe(page)
    expect(zipped.headers['content-length']).toBe(String(zipped.body.length))
    expect((await get(node, '/tone.mp3', { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined()
  })

  it('[NODE-32] lets hashed assets be kept for ever and asks again for all else, by tag', async () => {
    const node = await startWithApp()
    expect((await get(node, '/assets/main-abc123.js')).headers['cache-control']).toContain('immutable')
    const first = await get(node, '/', { 'accept-encoding': 'br' })
    expect(first.headers['cache-control']).toBe('no-cache')
    const etag = String(first.headers.etag)
    const again = await get(node, '/', { 'accept-encoding': 'br', 'if-none-match': `"other", ${etag}` })
    expect([again.status, again.body.length]).toEqual([304, 0])
    expect((await get(node, '/', { 'if-none-match': etag })).status).toBe(200)
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/../../secret.txt',
    '//secret.txt',
    '/./../secret.txt',
    '/index.html%00.txt',
    '/__proto__',
    '/constructor',
    '/assets',
    '/assets/',
    '/assets/main-abc123.js.map',
  ])('[NODE-33] has nothing at %s', async (path) => {
    const { status, body } = await get(await startWithApp(), path)
    expect([status, String(body)]).toEqual([404, 'Nothing here.\n'])
  })

  it('[NODE-33] refuses a broken path and other methods, and survives odd ranges', async () => {
    const node = await startWithApp()
    expect((await get(node, '/%zz')).status).toBe(400)
    expect((await get(node, '/', {}, 'POST')).status).toBe(405)
    expect(String((await get(node, '/', { range: 'bytes=5-2' })).body)).toBe(page)
    const head = await get(node, '/', {}, 'HEAD')
    expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, String(page.length)])
  })

  it('[NODE-34] makes the page cross-origin isolated and sends the security headers with every answer', async () => {
    const node = await startWithApp()
    for (const path of ['/', '/nothing', '/health', '/assets/main-abc123.js']) {
      const { headers } = await get(node, path)
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'credentialless',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';")
      expect(policy).toContain("worker-src 'self' blob:;")
      expect(policy).toMatch(/connect-src [^;]*wss:/)
    }
  })

  it('[NODE-35] says that it is well at /health', async () => {
    const { status, headers, body } = await get(await startWithApp(), '/health')
    expect([status, headers['cache-control'], String(body)]).toEqual([
      200,
      'no-store',
      '{"ok":true,"connections":0,"topics":0}',
    ])
  })

  it('[NODE-36] does not start without its app', async () => {
    await expect(startNode({}, { distDir: join(tmpdir(), 'earshot-there-is-no-such-folder') })).rejects.toThrow(
      'ENOENT',
    )
  })
})
