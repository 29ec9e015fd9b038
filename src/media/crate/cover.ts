import { deflateSync, crc32 } from 'node:zlib'
import { seeded } from './canvas.ts'

const SIZE = 600

/** Draws a cover as PNG: soft discs in a piece's colours over a graded ground, the same for the same title. */
export function drawCover(title: string, colours: readonly [string, string, string]): Buffer {
  const random = seeded([...title].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 17))
  const [ground, form, light] = colours.map(rgb) as [number[], number[], number[]]
  const discs = Array.from({ length: 7 }, (_, i) => ({
    x: random() * SIZE,
    y: SIZE * (0.2 + 0.75 * random()),
    radius: SIZE * (0.07 + 0.27 * random()),
    colour: i % 3 === 2 ? light : form,
    opacity: 0.25 + 0.5 * random(),
  }))
  const rows = Buffer.alloc(SIZE * (SIZE * 3 + 1))
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++) {
      let pixel = blend(ground, light, 0.32 * (1 - y / SIZE) ** 2)
      for (const { x: cx, y: cy, radius, colour, opacity } of discs) {
        const edge = Math.min(1, Math.max(0, radius - Math.hypot(x - cx, y - cy)))
        pixel = blend(pixel, colour, edge * opacity * (0.55 + (0.45 * (y - cy + radius)) / (2 * radius)))
      }
      rows.set(pixel.map(Math.round), y * (SIZE * 3 + 1) + 1 + x * 3)
    }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(SIZE, 0)
  header.writeUInt32BE(SIZE, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const rgb = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
const blend = (under: number[], over: number[], amount: number): number[] =>
  under.map((value, i) => value + (over[i]! - value) * amount)

/** One chunk of a PNG file (ISO/IEC 15948): length, type, data, CRC. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length, 0)
  frame.set(body, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}
