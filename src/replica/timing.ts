/** How often one random neighbour is compared with: repairs whatever broadcast missed. */
export const ANTI_ENTROPY_MS = 10_000
/** A hint waits this long at least, and up to half as long again, so that the eager copy is nearly always first and many hints go as one. */
export const HAVE_DELAY_MS = 100
/** ... and so long where the neighbour hears gossip too: such hints are for when that is broken, and shall not delay what it still carries. */
export const HAVE_BESIDE_GOSSIP_MS = 300
/** One end of each link waits so much longer before its hint: the other's, meanwhile, says that none is needed. Longer than a link's way and the first end's wait. */
export const HAVE_TURN_MS = 150
/** How long a hint may stay unfulfilled: longer than an eager copy needs to come by the longest way of a room. */
export const GRAFT_AFTER_MS = 300
/** How long an answer may take before another neighbour is asked; exceeds the time to send and verify `limits.serveBytes` on a slow line. */
export const WANT_TIMEOUT_MS = 8_000
/** Answers to `state` are not repeated sooner. */
export const STATE_REPLY_MS = 250
/** Presence is repeated this often. */
export const HEARTBEAT_MS = 5_000
/** A session that was silent for so long is missed: its notes may have lost their way. More than a heartbeat, so that half of the time to live is left to mend it. */
export const OVERDUE_MS = 1.5 * HEARTBEAT_MS
/** Three heartbeats: one may be lost and one may be late. */
export const PRESENCE_TTL_MS = 3 * HEARTBEAT_MS
/** How often presence is looked through. */
export const TEND_MS = 1_000
