/** In-place radix-2 Fourier transform (Cooley-Tukey) of a power of two of complex numbers. */
export class Fft {
  readonly size: number
  readonly #cos: Float64Array
  readonly #sin: Float64Array

  constructor(size: number) {
    if (size < 2 || (size & (size - 1)) !== 0) throw new RangeError('size must be a power of two')
    this.size = size
    this.#cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
    this.#sin = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size))
  }

  transform(re: Float64Array, im: Float64Array): void {
    const n = this.size
    for (let i = 1, j = 0; i < n; i++) {
      let bit = n >> 1
      for (; j & bit; bit >>= 1) j ^= bit
      j ^= bit
      if (i < j) {
        ;[re[i], re[j]] = [re[j]!, re[i]!]
        ;[im[i], im[j]] = [im[j]!, im[i]!]
      }
    }
    for (let length = 2; length <= n; length <<= 1) {
      const half = length >> 1
      const step = n / length
      for (let start = 0; start < n; start += length) {
        for (let k = 0; k < half; k++) {
          const cos = this.#cos[k * step]!
          const sin = this.#sin[k * step]!
          const a = start + k
          const b = a + half
          const tr = re[b]! * cos - im[b]! * sin
          const ti = re[b]! * sin + im[b]! * cos
          re[b] = re[a]! - tr
          im[b] = im[a]! - ti
          re[a] = re[a]! + tr
          im[a] = im[a]! + ti
        }
      }
    }
  }

  /** Inverse transform, by conjugation, scaled. */
  inverse(re: Float64Array, im: Float64Array): void {
    for (let i = 0; i < this.size; i++) im[i] = -im[i]!
    this.transform(re, im)
    for (let i = 0; i < this.size; i++) {
      re[i] = re[i]! / this.size
      im[i] = -im[i]! / this.size
    }
  }
}
