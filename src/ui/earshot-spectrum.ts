import { css, html } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'

const BARS = 14
/**
 * Drawing some 15 times a second looks alive and leaves the processor to the sound: a page that always paints starves it. Meanwhile no frame is
 * asked for: each one wakes page and compositor, whether anything is drawn or not.
 */
const PAUSE_MS = 50

/** The audible spectrum as a few bars. Rests while silent, hidden, or when the person prefers reduced motion. */
@customElement('earshot-spectrum')
export class EarshotSpectrum extends RoomElement {
  static override styles = [
    sharedStyles,
    css`
      canvas {
        display: block;
        width: 100%;
        height: 100%;
      }
    `,
  ]

  @query('canvas') private readonly canvas!: HTMLCanvasElement | null
  #frame = 0
  #pause = 0

  protected override renderRoom({ now, sound }: RoomView, _port: RoomPort): unknown {
    const alive =
      now?.playing === true && sound.state === 'playing' && !matchMedia('(prefers-reduced-motion: reduce)').matches
    // Set again, an attribute has the page's styles computed anew.
    if (this.hidden === alive) this.hidden = !alive
    return html`<canvas width=${BARS * 8} height="40" aria-hidden="true"></canvas>`
  }

  protected override updated(): void {
    if (!this.hidden && this.#frame === 0 && this.#pause === 0) this.#frame = requestAnimationFrame(this.#draw)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#pause)
    this.#frame = 0
    this.#pause = 0
  }

  // Animation frames stop by themselves while the page is hidden.
  readonly #draw = (): void => {
    this.#frame = 0
    const context = this.canvas?.getContext('2d')
    if (this.hidden || context === null || context === undefined) return
    this.#bars(context, this.room.port?.spectrum() ?? new Uint8Array())
    this.#pause = window.setTimeout(() => {
      this.#pause = 0
      this.#frame = requestAnimationFrame(this.#draw)
    }, PAUSE_MS)
  }

  #bars(context: CanvasRenderingContext2D, magnitudes: Uint8Array): void {
    const { width, height } = context.canvas
    const step = width / BARS
    context.clearRect(0, 0, width, height)
    context.fillStyle = getComputedStyle(this).color
    for (let bar = 0; bar < BARS; bar++) {
      // Octaves, not hertz: low bars stand for few bins, high ones for many.
      const from = Math.floor(magnitudes.length * (2 ** (bar / 4) - 1) * 0.06)
      const value = (magnitudes[Math.min(from + 1, magnitudes.length - 1)] ?? 0) / 255
      const size = Math.max(4, value * height)
      context.beginPath()
      context.roundRect(bar * step + 1, (height - size) / 2, step - 3, size, 2)
      context.fill()
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-spectrum': EarshotSpectrum
  }
}
