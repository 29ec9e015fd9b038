import * as v from 'valibot'

/**
 * What members of a room tell each other through a node, always sealed. `announce` and `signal` are y-webrtc's own messages with the
 * sender's number of links added; `decline` is ours. Wire format: docs/PROTOCOL.md.
 */
export type Signal = AnnounceSignal | SessionSignal | DeclineSignal

/** "Here I am": to everyone, or (`to`) answering one: of the two the lower name makes the offer. */
export interface AnnounceSignal {
  readonly type: 'announce'
  readonly from: string
  readonly to?: string | undefined
  /** Links that the sender has. */
  readonly links: number
  /** Further neighbours that it wishes for. */
  readonly wanted: number
}

/** An offer, an answer or an ICE candidate (RFC 8829). */
export interface SessionSignal {
  readonly type: 'signal'
  readonly from: string
  readonly to: string
  readonly links: number
  /** y-webrtc's; of no use to us, for pairs have a fixed offerer. */
  readonly token?: number | undefined
  readonly signal: SessionDescription | { readonly type: 'candidate'; readonly candidate: RTCIceCandidateInit }
}

interface SessionDescription {
  readonly type: 'offer' | 'answer'
  readonly sdp: string
}

/** "No room for you now": ends an attempt at once instead of by its time-out. */
export interface DeclineSignal {
  readonly type: 'decline'
  readonly from: string
  readonly to: string
}

const session = v.pipe(v.string(), v.uuid())
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000))
const candidate = v.pipe(
  v.object({
    candidate: v.pipe(v.string(), v.maxLength(1_024)),
    sdpMLineIndex: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(16))),
    sdpMid: v.nullable(v.pipe(v.string(), v.maxLength(32))),
  }),
  v.check(({ sdpMLineIndex, sdpMid }) => sdpMLineIndex !== null || sdpMid !== null),
)
const description = { sdp: v.pipe(v.string(), v.maxLength(16 * 1024)) }
const signal = v.variant('type', [
  v.object({ type: v.literal('announce'), from: session, to: v.optional(session), links: count, wanted: count }),
  v.object({
    type: v.literal('signal'),
    from: session,
    to: session,
    links: count,
    token: v.optional(v.pipe(v.number(), v.finite())),
    signal: v.variant('type', [
      v.object({ type: v.literal('offer'), ...description }),
      v.object({ type: v.literal('answer'), ...description }),
      v.object({ type: v.literal('candidate'), candidate }),
    ]),
  }),
  v.object({ type: v.literal('decline'), from: session, to: session }),
])

/**
 * Whom alone a signal concerns; undefined when it concerns all. Announcements do, those to one member too: whoever hears that enough others
 * answer a newcomer is silent (RTC-9). They are small; what is large, and what holds IP addresses, is for one.
 */
export const addresseeOf = (signal: Signal): string | undefined => (signal.type === 'announce' ? undefined : signal.to)

/** Reads an opened signal. Null when it is none; it never throws. */
export function decodeSignal(value: unknown): Signal | null {
  const result = v.safeParse(signal, value, { abortEarly: true })
  return result.success ? result.output : null
}
