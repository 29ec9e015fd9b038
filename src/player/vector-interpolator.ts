import type { Interpolator, Planes } from './interpolator.ts'
import { PHASES, type Kernel } from './kernel.ts'
import * as wasm from './wasm.ts'

/** Floats in a vector. */
const LANES = 4
const FLOAT_BYTES = 4
const VECTOR_BYTES = LANES * FLOAT_BYTES
const PAGE_BYTES = 65_536

/** See `program`: addresses in bytes. */
type Run = (
  at: number,
  rate: number,
  count: number,
  rowBytes: number,
  a: number,
  b: number,
  left: number,
  right: number,
) => void

/**
 * Four taps of both channels at a time, in WebAssembly: a third of the time of JavaScript, which converts each sample to 64 bits and checks each index.
 * @throws WebAssembly.CompileError where the browser has no vectors, or the page's policy forbids WebAssembly.
 */
export class VectorInterpolator implements Interpolator {
  readonly half: number
  /** Each phase's weights, then their slopes, which are read together; then the planes. */
  readonly #memory = new WebAssembly.Memory({ initial: 0 })
  readonly #run: Run
  /** Of a phase's weights: a whole number of vectors, the last one filled up with zeros. */
  readonly #rowBytes: number
  #input: Planes = [new Float32Array(0), new Float32Array(0)]
  #output: Planes = [new Float32Array(0), new Float32Array(0)]

  constructor({ half, taps, rows, slopes }: Kernel) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program()), { host: { memory: this.#memory } })
    this.#run = exports.run as Run
    this.half = half
    const width = Math.ceil(taps / LANES) * LANES
    this.#rowBytes = width * FLOAT_BYTES
    const table = this.#floats(0, 2 * PHASES * width)
    for (let phase = 0; phase < PHASES; phase++) {
      const from = phase * taps
      table.set(rows.subarray(from, from + taps), 2 * phase * width)
      table.set(slopes.subarray(from, from + taps), (2 * phase + 1) * width)
    }
  }

  prepare(frames: number, count: number): Planes {
    // The last vector reaches beyond the taps, where weights are 0; what it finds there must be a number all the same.
    const reached = frames + LANES
    if (this.#input[0].length < reached || this.#output[0].length < count) this.#layOut(2 * reached, count)
    for (const plane of this.#input) plane.fill(0, frames, reached)
    return this.#input
  }

  run(at: number, rate: number, count: number): Planes {
    const [a, b] = this.#input
    const [left, right] = this.#output
    this.#run(at, rate, count, this.#rowBytes, a.byteOffset, b.byteOffset, left.byteOffset, right.byteOffset)
    return this.#output
  }

  #layOut(frames: number, count: number): void {
    const tableBytes = 2 * PHASES * this.#rowBytes
    const all = this.#floats(tableBytes, 2 * (frames + count))
    this.#input = [all.subarray(0, frames), all.subarray(frames, 2 * frames)]
    this.#output = [all.subarray(2 * frames, 2 * frames + count), all.subarray(2 * frames + count)]
  }

  /** A stretch of the memory, which grows where it must; what was handed out before is void then. */
  #floats(fromByte: number, length: number): Float32Array {
    const missing = fromByte + length * FLOAT_BYTES - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES))
    return new Float32Array(this.#memory.buffer, fromByte, length)
  }
}

/** `PlainInterpolator.run` in WebAssembly. */
function program(): Uint8Array<ArrayBuffer> {
  const { I32, F64, V128, get, set, i32, f64, i32Add, i32Multiply, i32Less, f64Add, f64Subtract, f64Multiply } = wasm
  const { i32FromF64, f64FromI32, splat, f32x4Add, f32x4Multiply, v128Load, sumOf, f32Store, repeat, moduleOf } = wasm
  const parameters = [F64, F64, I32, I32, I32, I32, I32, I32]
  const [at, rate, count, rowBytes, a, b, left, right] = [0, 1, 2, 3, 4, 5, 6, 7] as const
  const locals = [I32, F64, I32, V128, I32, I32, I32, V128, V128, V128]
  const [whole, steps, row, between, end, fromA, fromB, weight, sumA, sumB] = [
    8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
  ] as const
  const step = (local: number, bytes: number): wasm.Code => set(local, i32Add(get(local), i32(bytes)))
  const addTap = (sum: number, from: number): wasm.Code =>
    set(sum, f32x4Add(get(sum), f32x4Multiply(get(weight), v128Load(get(from)))))
  const fraction = (value: number, part: number): wasm.Code => f64Subtract(get(value), f64FromI32(get(part)))
  const tap = [
    set(weight, f32x4Add(v128Load(get(row)), f32x4Multiply(get(between), v128Load(i32Add(get(row), get(rowBytes)))))),
    addTap(sumA, fromA),
    addTap(sumB, fromB),
    step(row, VECTOR_BYTES),
    step(fromA, VECTOR_BYTES),
    step(fromB, VECTOR_BYTES),
  ]
  const frame = [
    set(whole, i32FromF64(get(at))),
    set(steps, f64Multiply(fraction(at, whole), f64(PHASES))),
    set(row, i32FromF64(get(steps))),
    set(between, splat(fraction(steps, row))),
    set(row, i32Multiply(get(row), i32Add(get(rowBytes), get(rowBytes)))),
    set(end, i32Add(get(row), get(rowBytes))),
    set(whole, i32Multiply(get(whole), i32(FLOAT_BYTES))),
    set(fromA, i32Add(get(a), get(whole))),
    set(fromB, i32Add(get(b), get(whole))),
    set(sumA, splat(f64(0))),
    set(sumB, splat(f64(0))),
    repeat(tap, i32Less(get(row), get(end))),
    f32Store(get(left), sumOf(sumA)),
    f32Store(get(right), sumOf(sumB)),
    step(left, FLOAT_BYTES),
    step(right, FLOAT_BYTES),
    set(at, f64Add(get(at), get(rate))),
    step(count, -1),
  ]
  return moduleOf(parameters, locals, [repeat(frame, get(count))])
}
