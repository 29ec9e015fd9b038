import type WaDialog from '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import type { LitElement } from 'lit'

/** An element that opens a dialog, and whose code comes after the first paint. */
interface Overlay extends LitElement {
  show(): void
}

/**
 * Shows an overlay as soon as it can be: whoever presses before its code has come is not forgotten. A dialog that is open from its first
 * rendering on would tell nobody that it has opened.
 */
export async function showOverlay(overlay: Overlay | null): Promise<void> {
  if (overlay === null) return
  await customElements.whenDefined(overlay.localName)
  await overlay.updateComplete
  await overlay.renderRoot.querySelector<WaDialog>('wa-dialog')?.updateComplete
  overlay.show()
}
