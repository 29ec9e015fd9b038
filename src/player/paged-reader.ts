import type { TrackBytes } from './player.ts'

/** Demuxers ask for a few hundred bytes at a time: one page serves some hundred of such reads. */
const PAGE_BYTES = 64 * 1024
const PAGES = 8

/** Reads a track through a small cache of whole pages. */
export function pagedReader(
  bytes: TrackBytes,
  signal: AbortSignal,
): (start: number, end: number) => Promise<Uint8Array> {
  // Least recently used first, as Map keeps the order of insertion.
  const pages = new Map<number, Promise<Uint8Array>>()
  const page = (index: number): Promise<Uint8Array> => {
    const start = index * PAGE_BYTES
    const held = pages.get(index) ?? bytes.read(start, Math.min(start + PAGE_BYTES, bytes.ref.sizeBytes), signal)
    pages.delete(index)
    pages.set(index, held)
    // A failed read must not stay: the next one may succeed.
    held.catch(() => pages.delete(index))
    for (const oldest of pages.keys()) {
      if (pages.size <= PAGES) break
      pages.delete(oldest)
    }
    return held
  }
  return async (start, end) => {
    const first = Math.floor(start / PAGE_BYTES)
    const last = Math.floor((end - 1) / PAGE_BYTES)
    if (last - first >= PAGES) return bytes.read(start, end, signal)
    const parts = await Promise.all(Array.from({ length: last - first + 1 }, (_, i) => page(first + i)))
    const out = new Uint8Array(end - start)
    parts.forEach((part, i) => {
      const at = (first + i) * PAGE_BYTES
      const from = Math.max(start, at)
      const to = Math.min(end, at + part.length)
      out.set(part.subarray(from - at, to - at), from - start)
    })
    return out
  }
}
