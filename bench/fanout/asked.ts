import type { Outcome } from './talk.ts'

export type Measured = Omit<Outcome, 'updates'>

export interface Figures extends Measured {
  readonly mbPerPeer: number
}

export interface EarshotFigures extends Figures {
  /** While a fifth of the peers vanishes. */
  readonly vanishing: Measured
  /** Updates of peers that had written none before; in virtual time only. */
  readonly first?: Measured
}

export interface Results {
  readonly peers: Readonly<Record<string, EarshotFigures>>
  readonly libp2p: Readonly<Record<string, EarshotFigures>>
  readonly rivals: Readonly<Record<'yWebrtc' | 'yWebsocket' | 'plainGossipsub', Readonly<Record<string, Figures>>>>
}

const asked = {
  messagesPerUpdatePerPeer: 8,
  /** From this size on the messages must not grow any more … */
  flatFrom: 50,
  /** … by more than this factor. */
  flatWithin: 1.15,
  /** p99 of libp2p over that of plain gossipsub … */
  timesPlain: 1.2,
  /** … from this size on; below it one late update of some dozens is p99. */
  timesPlainFrom: 100,
}

/** p99 of libp2p over that of as many peers of plain gossipsub, by their number. A room that did not gather has failed already, and has none. */
export const timesPlain = ({ libp2p, rivals }: Results): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(rivals.plainGossipsub).flatMap(([count, plain]) => {
      const p99Ms = libp2p[count]?.p99Ms
      return p99Ms === undefined ? [] : [[count, p99Ms / plain.p99Ms] as const]
    }),
  )

/** What was asked for and not reached, in words. */
export function failuresOf(results: Results): readonly string[] {
  const { peers, libp2p } = results
  const failures: string[] = []
  const rooms = Object.entries(peers)
  for (const [kind, measured] of [['memory', rooms] as const, ['libp2p', Object.entries(libp2p)] as const]) {
    for (const [count, { delivered, vanishing }] of measured)
      if (delivered < 1 || vanishing.delivered < 1) failures.push(`not every update reached all of ${count} (${kind})`)
  }
  for (const [count, { messagesPerUpdatePerPeer }] of rooms)
    if (messagesPerUpdatePerPeer > asked.messagesPerUpdatePerPeer)
      failures.push(`${messagesPerUpdatePerPeer} messages per update and peer at ${count}`)
  const large = rooms
    .filter(([count]) => Number(count) >= asked.flatFrom)
    .map(([, { messagesPerUpdatePerPeer }]) => messagesPerUpdatePerPeer)
  if (Math.max(...large) > asked.flatWithin * Math.min(...large)) failures.push('messages grow with the room')
  for (const [count, times] of timesPlain(results))
    if (Number(count) >= asked.timesPlainFrom && times > asked.timesPlain)
      failures.push(`p99 is ${times.toFixed(2)} times plain gossipsub's at ${count}`)
  return failures
}
