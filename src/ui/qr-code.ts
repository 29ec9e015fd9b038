import { html, svg } from 'lit'
import { encodeQR } from 'qr'

/** Light modules around a QR code that readers need (ISO/IEC 18004). */
const QUIET_ZONE = 4

/**
 * A text as a QR code, in the class `qr`. `dense`: a long one, with less of it spent on mending damage, which a screen does not have, so that
 * its modules stay large.
 */
export function qrCode(text: string, label: string, dense = false): unknown {
  const rows = encodeQR(text, 'raw', { ecc: dense ? 'low' : 'medium', border: QUIET_ZONE })
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return html`<svg
    class="qr"
    viewBox="0 0 ${rows.length} ${rows.length}"
    role="img"
    aria-label=${label}
    shape-rendering="crispEdges"
  >
    ${svg`<path d=${path} fill="black" />`}
  </svg>`
}
