import type { SoundCanvas } from './canvas.ts'

/** An original piece of the demo crate, CC0. */
export interface Piece {
  /** File name without its ending. */
  readonly file: string
  readonly title: string
  /** Ground, form and light of its cover, `#rrggbb`. */
  readonly colours: readonly [string, string, string]
  /** The same samples at every call. */
  render(): SoundCanvas
}
