import type { IncomingMessage, ServerResponse } from 'node:http'
import { clientAddress, isLoopback, type TrustedProxies } from './client-address.ts'
import { securityHeaders } from './headers.ts'
import { iceAnswer, type IceSettings } from './ice.ts'
import type { OtherNode } from '../src/net/libp2p/relay.ts'
import type { Metrics } from './metrics.ts'
import { allowOrigin, type OriginPolicy } from './origin.ts'
import type { StaticFiles } from './static-files.ts'

/** Who may read `/metrics`: this machine only, everyone, nobody. */
export type MetricsAccess = 'local' | 'public' | 'off'

export interface AnswerContext {
  readonly files: StaticFiles
  readonly health: () => object
  /** Whether rooms can be kept here. */
  readonly keeps: () => boolean
  readonly metrics: Metrics
  readonly ice: IceSettings
  /** Nodes that this one is connected to. */
  readonly others: () => readonly OtherNode[]
  readonly wallMs: () => number
  readonly metricsAccess: MetricsAccess
  readonly proxies: TrustedProxies | null
  /** Pages that may read what the node says of itself. */
  readonly origins: OriginPolicy
}

/** Answers one HTTP request: `/health`, `/metrics`, `/ice`, `/nodes`, `/keep`, or a file of the app. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { files, health, keeps, metrics, metricsAccess, proxies, origins, ice, others, wallMs }: AnswerContext,
): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end()
    return
  }
  const path = pathOf(request)
  const send = (type: string, text: string): void => {
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' })
    response.end(request.method === 'HEAD' ? undefined : text)
  }
  if (path === '/health') return send('application/json', JSON.stringify(health()))
  /** For pages that came from other nodes too. */
  const tell = (said: object): void => {
    for (const [name, value] of Object.entries(allowOrigin(request, origins))) response.setHeader(name, value)
    send('application/json', JSON.stringify(said))
  }
  if (path === '/keep') return tell({ keeps: keeps() })
  if (path === '/ice') return tell(iceAnswer(ice, wallMs(), request.headers.host))
  if (path === '/nodes') return tell({ nodes: others() })
  const mayMeasure = metricsAccess === 'public' || (metricsAccess === 'local' && isLocal(request, proxies))
  if (path === '/metrics' && mayMeasure) return send(metrics.contentType, await metrics.text())
  if (path !== null && files(request, response, path)) return
  response.writeHead(path === null ? 400 : 404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Nothing here.\n')
}

/** From this machine, and not handed on by a proxy on it that nobody told the node of. */
const isLocal = (request: IncomingMessage, proxies: TrustedProxies | null): boolean =>
  isLoopback(clientAddress(request, proxies)) && (proxies !== null || request.headers['x-forwarded-for'] === undefined)

/** The decoded path of a request without its query; null when it is malformed. */
export function pathOf(request: IncomingMessage): string | null {
  try {
    return decodeURIComponent((request.url ?? '').split(/[?#]/, 1)[0] ?? '')
  } catch {
    return null // a broken percent sequence
  }
}
