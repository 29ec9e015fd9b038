import { CanvasSink, type Input } from 'mediabunny'
import { limits } from '../domain/limits.ts'
import type { PictureSize } from '../domain/record.ts'
import { fileInput } from './file-input.ts'

/** Where the still is taken: beyond black beginnings and titles, well before any ending. */
const STILL_SHARE = 0.1
const STILL_LATEST_S = 30
/** Width of the still, px; what becomes of it is a cover. */
const STILL_WIDTH_PX = 640

/** How large the moving pictures beside a file's sound are; null when it has none that a browser could ever show. */
export async function pictureSize(input: Input): Promise<PictureSize | null> {
  const track = await input.getPrimaryVideoTrack()
  // Pictures in tags and codecs without a name are no moving pictures.
  if (track === null || (await track.getCodec()) === null) return null
  const [widthPx, heightPx] = [await track.getDisplayWidth(), await track.getDisplayHeight()].map(Math.round)
  const shown = (edge: number | undefined): edge is number =>
    edge !== undefined && edge >= 1 && edge <= limits.pictureEdgePx
  return shown(widthPx) && shown(heightPx) ? { widthPx, heightPx } : null
}

/** A picture out of a video, to stand for it where it does not play. Null where it cannot be decoded: a courtesy, like tags. */
export async function stillOf(file: Blob, durationMs: number): Promise<Blob | null> {
  if (typeof VideoDecoder === 'undefined' || typeof OffscreenCanvas === 'undefined') return null
  const input = fileInput(file)
  try {
    const track = await input.getPrimaryVideoTrack()
    if (track === null || !(await track.canDecode())) return null
    const sink = new CanvasSink(track, { width: STILL_WIDTH_PX })
    const wrapped = await sink.getCanvas(Math.min(STILL_LATEST_S, (durationMs / 1000) * STILL_SHARE))
    if (wrapped === null) return null
    const { canvas } = wrapped
    if (canvas instanceof OffscreenCanvas) return await canvas.convertToBlob()
    return await new Promise((resolve) => canvas.toBlob(resolve))
  } catch {
    return null // the sound plays without
  } finally {
    input.dispose()
  }
}
