/** A browser's socket: what is dispatched reaches its attribute first, and the end comes when the network says so. */
export class FakeSocket extends EventTarget {
  readonly OPEN = 1
  readyState = 0
  binaryType = 'blob'
  onopen: (() => void) | null = null
  onmessage: (() => void) | null = null
  onerror: (() => void) | null = null
  onclose: (() => void) | null = null
  closed = false
  /** What the other side does with what is sent. */
  onSend: (data: unknown) => void = () => {}

  override dispatchEvent(event: Event): boolean {
    if (event.type === 'open') this.readyState = this.OPEN
    this[`on${event.type as 'open' | 'message' | 'error' | 'close'}`]?.()
    return super.dispatchEvent(event)
  }
  tell(type: string): void {
    this.dispatchEvent(new Event(type))
  }
  hear(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
  send(data: unknown): void {
    if (this.readyState !== this.OPEN) throw new Error('sent before the socket was open')
    this.onSend(data)
  }
  close(): void {
    this.closed = true
    this.readyState = 2
  }
}
