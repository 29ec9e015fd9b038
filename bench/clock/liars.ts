import { decodeProbe, encodeProbe } from '../../src/clock/probe.ts'
import type { Random, Scheduler } from '../../src/domain/scheduler.ts'
import type { Channel, ChannelName, Link } from '../../src/net/link.ts'

/** What a liar adds to its room time when asked, ms. */
export type Lie = (atMs: number) => number

export type LieStyle = 'alone' | 'concert' | 'creeping'

const MAX_LIE_MS = 10_000
/** A creeping lie grows as fast as an honest correction may: 500 ppm. */
const CREEP_PER_MS = 5e-4

/** Alone: each its own constant lie up to +-10 s. In concert: all the same 10 s. Creeping: all the same, from nothing, slowly. */
export function makeLie(style: LieStyle, random: Random): Lie {
  if (style === 'concert') return () => MAX_LIE_MS
  if (style === 'creeping') return (atMs) => Math.min(MAX_LIE_MS, atMs * CREEP_PER_MS)
  const lieMs = MAX_LIE_MS * (2 * random() - 1)
  return () => lieMs
}

/** The link of a peer that keeps time honestly for itself and lies about it to others, always sure of itself. */
export function lyingLink(link: Link, lie: Lie, scheduler: Scheduler): Link {
  const clock = link.channel('clock')
  const lying: Channel = {
    get bufferedBytes() {
      return clock.bufferedBytes
    },
    drained: (signal) => clock.drained(signal),
    onMessage: (listener) => clock.onMessage(listener),
    send(bytes) {
      const message = decodeProbe(bytes)
      if (message?.kind !== 'answer') return clock.send(bytes)
      return clock.send(
        encodeProbe({ ...message, standing: 'settled', roomMs: message.roomMs + lie(scheduler.nowMs()) }),
      )
    },
  }
  return {
    peer: link.peer,
    transport: link.transport,
    relayed: link.relayed,
    id: link.id,
    session: link.session,
    get closed() {
      return link.closed
    },
    channel: (name: ChannelName) => (name === 'clock' ? lying : link.channel(name)),
    close: (reason) => link.close(reason),
    onClose: (listener) => link.onClose(listener),
  }
}
