import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { lookup } from 'mrmime'

/** Answers a GET or HEAD for a file of the app; false when there is no such file. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse, path: string) => boolean

interface Variant {
  readonly encoding: 'br' | 'gzip' | null
  readonly body: Buffer
}
interface StaticFile {
  readonly headers: Readonly<Record<string, string>>
  readonly etag: string
  /** Best first; the last is the file as it is. */
  readonly variants: readonly Variant[]
}

const HASHED_ASSETS = '/assets/'
const COMPRESSIBLE = /^(text\/|image\/svg|application\/(json|javascript|manifest|wasm|xml))/
/** Quality 9 of 11: within a few percent of the best size in a tenth of its time, as this happens at each start. */
const BROTLI_QUALITY = 9

/**
 * Reads a built app into memory and serves it from there. A request only ever looks up a map of the files that were there at the start:
 * no path of a request reaches the file system, so there is nothing to traverse, and a rebuild cannot pull files away under a
 * running answer. (`sirv`, which does this from disk, dies of one request with `Range: bytes=5-2`.)
 */
export async function loadStaticFiles(dir: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>()
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    // Source maps of the app are for debugging and are not worth memory on the node.
    if (!entry.isFile() || entry.name.endsWith('.map')) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(dir, file).split(sep).join('/')}`
    files.set(path, await loadFile(file, path))
  }
  return (request, response, path) => {
    const file = files.get(path.endsWith('/') ? `${path}index.html` : path)
    if (file === undefined) return false
    answer(request, response, file)
    return true
  }
}

async function loadFile(file: string, path: string): Promise<StaticFile> {
  const body = await readFile(file)
  const type = lookup(path) ?? 'application/octet-stream'
  const text = /^text\/|javascript|json/.test(type)
  return {
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    headers: {
      'Content-Type': text ? `${type}; charset=utf-8` : type,
      // Vite puts a content hash into the names of assets: they never change. Everything else is asked for again.
      'Cache-Control': path.startsWith(HASHED_ASSETS) ? 'public, max-age=31536000, immutable' : 'no-cache',
      Vary: 'Accept-Encoding',
    },
    variants: [...(COMPRESSIBLE.test(type) ? await compressed(body) : []), { encoding: null, body }],
  }
}

async function compressed(body: Buffer): Promise<Variant[]> {
  const brotli = await promisify(brotliCompress)(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
  })
  const zipped = await promisify(gzip)(body)
  const variants: Variant[] = [
    { encoding: 'br', body: brotli },
    { encoding: 'gzip', body: zipped },
  ]
  return variants.filter((variant) => variant.body.length < body.length)
}

function answer(request: IncomingMessage, response: ServerResponse, file: StaticFile): void {
  const accepted = acceptedEncodings(request.headers['accept-encoding'])
  const variant = file.variants.find(({ encoding }) => encoding === null || accepted.has(encoding))
  if (variant === undefined) throw new Error('a file always has its plain variant')
  // Variants differ in bytes, so their strong tags must differ (RFC 9110, 8.8.1).
  const etag = variant.encoding === null ? file.etag : file.etag.replace(/"$/, `-${variant.encoding}"`)
  const headers: Record<string, string> = { ...file.headers, ETag: etag }
  if (variant.encoding !== null) headers['Content-Encoding'] = variant.encoding
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (known?.includes(etag)) {
    response.writeHead(304, headers).end()
    return
  }
  // Ranges are not offered: answering a range request with the whole file is always allowed (RFC 9110, 14.2).
  response.writeHead(200, { ...headers, 'Content-Length': String(variant.body.length) })
  response.end(request.method === 'HEAD' ? undefined : variant.body)
}

/** Content codings that the client takes (RFC 9110, 12.5.3), without those with weight 0. */
function acceptedEncodings(header: string | string[] | undefined): ReadonlySet<string> {
  const accepted = new Set<string>()
  for (const part of String(header ?? '').split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    if (name !== '' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(name)
  }
  return accepted
}
