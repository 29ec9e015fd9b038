/** `3:05`, `1:02:45`. Negative and unknown lengths read as zero. */
export function clockText(ms: number): string {
  const seconds = Number.isFinite(ms) && ms > 0 ? Math.floor(ms / 1000) : 0
  const two = (n: number): string => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** Time of day in the person's own way of writing it. */
export function timeOfDay(wallMs: number): string {
  return new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' }).format(wallMs)
}

/** A short date, for rooms that were open another day. */
export function dayText(wallMs: number): string {
  return new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' }).format(wallMs)
}

/** Milliseconds as a person reads them: one digit after the point below 10. */
export function msText(ms: number): string {
  const size = Math.abs(ms)
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ms`
}

export const percent = (fraction: number): number => Math.round(Math.min(1, Math.max(0, fraction)) * 100)
