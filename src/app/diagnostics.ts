import { trackName } from '../domain/record.ts'
import type { RoomSession } from './session/room-session.ts'

/** One JSON object with all that tells how a room is doing: for bug reports, tests and benches. */
export function diagnose(session: RoomSession): unknown {
  const { signer, clock, replica, media, player } = session.parts
  const { offsetMs, errorMs, driftPpm, neighbours, rtts } = clock.diagnostics()
  const current = session.segment()
  return {
    peer: signer.peer,
    links: [...session.links].map((link) => ({
      peer: link.peer,
      transport: link.transport,
      relayed: link.relayed,
      rttMs: rtts.get(link.peer) ?? null,
    })),
    clock: { offsetMs, errorMs, driftPpm, neighbours, settled: clock.roomTime.settled },
    playback: {
      track: current === null ? null : trackName(current.entry.track),
      playing: current?.playing ?? false,
      ...player.status,
    },
    replica: replica.diagnostics(),
    media: media.diagnostics(),
    transports: session.transports,
  }
}
