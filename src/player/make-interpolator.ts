import type { Interpolator } from './interpolator.ts'
import type { Kernel } from './kernel.ts'
import { PlainInterpolator } from './plain-interpolator.ts'
import { VectorInterpolator } from './vector-interpolator.ts'

/** Calculates four taps at a time where the browser has WebAssembly with vectors, and one at a time elsewhere. */
export function makeInterpolator(kernel: Kernel): Interpolator {
  try {
    return new VectorInterpolator(kernel)
  } catch (error) {
    // Of a browser that lacks vectors, or a page whose policy forbids WebAssembly; and where there is none at all.
    if (typeof WebAssembly === 'object' && !(error instanceof WebAssembly.CompileError)) throw error
    return new PlainInterpolator(kernel)
  }
}
