import { UnsupportedProtocolError, type Connection } from '@libp2p/interface'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { startHeartbeat, type Pace } from '../heartbeat.ts'

/** A relay has thousands of members, and the links through it beat on their own. */
export const relayPace: Pace = { beatMs: 5_000, silenceMs: 12_000 }

/** libp2p's own ping. Relays need not know it: to say so is an answer too. */
const PING = '/ipfs/ping/1.0.0'

/**
 * Ends a connection to a relay that does not answer for `relayPace.silenceMs`; until the result is called. libp2p's own monitor asks the same over
 * every connection, and over a circuit a question is dear: a stream is opened and refused, all of it encrypted twice and forwarded. Links notice by
 * themselves that they are dead.
 */
export function abortWhenSilent(
  connection: Pick<Connection, 'newStream' | 'abort'>,
  scheduler: Scheduler,
): Unsubscribe {
  const ask = async (): Promise<void> => {
    try {
      const stream = await connection.newStream(PING)
      heartbeat.heard()
      await stream.close()
    } catch (error) {
      // Anything else is no answer: if it lasts, silence tells.
      if (error instanceof UnsupportedProtocolError) heartbeat.heard()
    }
  }
  const heartbeat = startHeartbeat(
    scheduler,
    () => void ask(),
    () => connection.abort(new Error('the relay does not answer')),
    relayPace,
  )
  return heartbeat.stop
}
