/**
 * A cross-origin isolated page gets `performance.now()` in steps of 5 µs instead of 100 µs, which the room clock lives on
 * (HTML standard, "cross-origin isolation"). The dev server sends the same headers.
 */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  // Music of other hosts may be played without their leave, and is asked for without cookies. Safari does not know this value: not isolated there.
  'Cross-Origin-Embedder-Policy': 'credentialless',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const

/**
 * What the built page may do. Scripts come from the node's own files only; WebAssembly may compile (decoders); workers may also
 * start from blobs (libraries make them); styles may be inline because components set `style` attributes. Connections may go
 * anywhere, because people use other nodes beside this one, and add music by its address.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob: data: http: https:",
  "connect-src 'self' blob: ws: wss: http: https:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

/** Sent with every answer of the node. */
export const securityHeaders: Readonly<Record<string, string>> = {
  ...isolationHeaders,
  'Content-Security-Policy': contentSecurityPolicy,
  // A room's link must not leak to the sites that its members visit from it.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}
