import { limits } from '../domain/limits.ts'

/** Longest edge of a stored cover, px: sharp on a big screen's tile, small on the wire. */
const EDGE_PX = 512
/** Tried in this order; WebP is half of JPEG, but not every browser writes it. */
const ATTEMPTS = [
  { type: 'image/webp', quality: 0.85 },
  { type: 'image/jpeg', quality: 0.85 },
  { type: 'image/webp', quality: 0.5 },
  { type: 'image/jpeg', quality: 0.5 },
] as const

/**
 * A tag's picture, scaled down and written anew, which also strips what cameras hide in it.
 * Null when it is no picture, or where pictures cannot be drawn (outside browsers).
 */
export async function makeCover(picture: Blob): Promise<Blob | null> {
  if (typeof createImageBitmap === 'undefined' || typeof OffscreenCanvas === 'undefined') return null
  try {
    const bitmap = await createImageBitmap(picture)
    const scale = Math.min(1, EDGE_PX / Math.max(bitmap.width, bitmap.height))
    const [width, height] = [bitmap.width, bitmap.height].map((edge) => Math.max(1, Math.round(edge * scale))) as [
      number,
      number,
    ]
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d')
    if (context === null) return null
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, 0, 0, width, height)
    bitmap.close()
    return await smallEnough(canvas)
  } catch {
    return null // a picture that cannot be read is no reason to refuse the music
  }
}

async function smallEnough(canvas: OffscreenCanvas): Promise<Blob | null> {
  for (const attempt of ATTEMPTS) {
    const blob = await canvas.convertToBlob(attempt)
    // A browser that cannot write a type answers with PNG.
    if (blob.type === attempt.type && blob.size <= limits.coverBytes) return blob
  }
  return null
}
