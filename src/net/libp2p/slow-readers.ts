import type { Connection, Stream } from '@libp2p/interface'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'

const isGossip = ({ protocol }: Stream): boolean => protocol.startsWith('/meshsub/')

/** How often it is looked how much waits, ms. */
const LOOK_MS = 1_000

/**
 * Ends connections for which more than `mostBytes` of gossip wait, until the result is called. gossipsub hands over what it has to say whether
 * the other side reads it or not, and who answers pings and reads no gossip would let it pile up for ever. Circuits hold their senders back.
 */
export function cutOffSlowReaders(
  connections: () => readonly Pick<Connection, 'streams' | 'abort'>[],
  scheduler: Pick<Scheduler, 'every'>,
  mostBytes: number,
): Unsubscribe {
  return scheduler.every(LOOK_MS, () => {
    for (const connection of connections())
      if (connection.streams.some((stream) => isGossip(stream) && stream.writeBufferLength > mostBytes))
        connection.abort(new Error('it does not read what it is sent'))
  })
}
