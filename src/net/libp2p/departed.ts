import type { CircuitRelayService } from '@libp2p/circuit-relay-v2'
import type { Libp2p, PeerId } from '@libp2p/interface'
import type { ReportError } from '../../domain/listeners.ts'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'

/** Handshakes, identify and a request for a place, all under way when a member left, have ended in this time, ms. */
const STRAGGLE_MS = 60_000

/**
 * Forgets members that have gone: their place, which js-libp2p would hold for two hours, and with all places gone nobody could be called; and
 * their key and address, which it would hold for as long as it runs. They come back under another name anyway (LIB-8).
 */
export function forgetDeparted(
  libp2p: Libp2p<{ relay: Pick<CircuitRelayService, 'reservations'> }>,
  scheduler: Pick<Scheduler, 'every'>,
  report: ReportError,
): Unsubscribe {
  const { reservations } = libp2p.services.relay
  let left: PeerId[] = []
  let leftBefore: PeerId[] = []
  const forget = (peer: PeerId): void => {
    if (libp2p.getConnections(peer).length > 0) return
    reservations.get(peer)?.signal.clear() // or its end would take the place of the same peer, when that has come back
    reservations.delete(peer)
    libp2p.peerStore.delete(peer).catch(report)
  }
  const onDisconnect = ({ detail }: CustomEvent<PeerId>): void => {
    forget(detail)
    left.push(detail)
  }
  libp2p.addEventListener('peer:disconnect', onDisconnect)
  // What was under way may have written them down again.
  const stop = scheduler.every(STRAGGLE_MS, () => {
    for (const peer of leftBefore) forget(peer)
    ;[leftBefore, left] = [left, []]
  })
  return () => {
    stop()
    libp2p.removeEventListener('peer:disconnect', onDisconnect)
  }
}
