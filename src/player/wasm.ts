/**
 * Just enough of WebAssembly's binary format for a module that is one function over a memory of the host (WebAssembly Core Specification
 * 2.0, chapter 5). Each helper is one instruction, after the code that leaves its operands on the stack.
 */
export type Code = readonly number[]

export const I32 = 0x7f
export const F64 = 0x7c
export const V128 = 0x7b

const FUNCTION = 0x60
const NOTHING = 0x40

/** LEB128, for whole numbers from 0 on. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

/** LEB128 of a whole number from -64 to 63. */
const small = (value: number): number => value & 0x7f
const bytesOf = (value: number): Code => [...new Uint8Array(Float64Array.of(value).buffer)]
const counted = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()]
const sized = (code: Code): Code => [...unsigned(code.length), ...code]
const section = (id: number, ...items: readonly Code[]): Code => [id, ...sized(counted(items))]
const text = (value: string): Code => sized([...value].map((char) => char.charCodeAt(0)))
const vector = (operation: number, ...immediates: readonly number[]): Code => [
  0xfd,
  ...unsigned(operation),
  ...immediates,
]

const unary =
  (...operation: readonly number[]) =>
  (x: Code): Code => [...x, ...operation]
const binary =
  (...operation: readonly number[]) =>
  (x: Code, y: Code): Code => [...x, ...y, ...operation]

export const get = (local: number): Code => [0x20, local]
export const set = (local: number, value: Code): Code => [...value, 0x21, local]
/** From -64 to 63. */
export const i32 = (value: number): Code => [0x41, small(value)]
export const f64 = (value: number): Code => [0x44, ...bytesOf(value)]
export const i32Add = binary(0x6a)
export const i32Multiply = binary(0x6c)
export const i32Less = binary(0x49)
export const f64Add = binary(0xa0)
export const f64Subtract = binary(0xa1)
export const f64Multiply = binary(0xa2)
/** Whole part of a number from 0 on. */
export const i32FromF64 = unary(0xab)
export const f64FromI32 = unary(0xb8)
/** Four copies of a number. */
export const splat = (value: Code): Code => [...value, 0xb6, ...vector(0x13)]
export const f32x4Add = binary(...vector(0xe4))
export const f32x4Multiply = binary(...vector(0xe6))
/** Any address will do. */
export const v128Load = unary(...vector(0x00, 0, 0))
const lane = (x: Code, index: number): Code => [...x, ...vector(0x1f, index)]
const f32Add = binary(0x92)
/** Sum of the four numbers of the vector in a local. */
export const sumOf = (local: number): Code => {
  const [a, b, c, d] = [0, 1, 2, 3].map((index) => lane(get(local), index)) as [Code, Code, Code, Code]
  return f32Add(f32Add(a, b), f32Add(c, d))
}
export const f32Store = (address: Code, value: Code): Code => [...address, ...value, 0x38, 2, 0]
/** Repeats `body` while what `condition` leaves on the stack is not 0: after each turn, so once at least. */
export const repeat = (body: readonly Code[], condition: Code): Code => [
  0x03,
  NOTHING,
  ...body.flat(),
  ...condition,
  0x0d,
  0,
  0x0b,
]

/** A module that imports `host.memory` and exports `run`. Locals follow the parameters, by types, and begin as 0. */
export function moduleOf(
  parameters: readonly number[],
  locals: readonly number[],
  body: readonly Code[],
): Uint8Array<ArrayBuffer> {
  const declared = counted(locals.map((type) => [1, type]))
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [FUNCTION, ...sized(parameters), 0]),
    ...section(2, [...text('host'), ...text('memory'), 2, 0, 0]),
    ...section(3, [0]),
    ...section(7, [...text('run'), 0, 0]),
    ...section(10, sized([...declared, ...body.flat(), 0x0b])),
  ])
}
