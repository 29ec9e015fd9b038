import type { Connection } from '@libp2p/interface'
import { base64urlnopad } from '@scure/base'
import { limits } from '../../domain/limits.ts'
import type { Scheduler } from '../../domain/scheduler.ts'
import { circuitPace, linkPace } from '../heartbeat.ts'
import { channelNames, type ChannelName } from '../link.ts'
import type { Wires } from '../wires.ts'
import { StreamChannel } from './stream-channel.ts'
import { StreamPipe } from './stream-pipe.ts'
import { protocolOf } from './wire.ts'

export type StreamName = ChannelName | 'control'
export const streamNames: readonly StreamName[] = ['control', ...channelNames]

/** Largest message of each stream. */
export const maxBytesOf = (name: StreamName): number =>
  name === 'control' ? limits.controlBytes : name === 'clock' ? limits.datagramBytes : limits.messageBytes

export type Pipes = Readonly<Record<StreamName, StreamPipe>>

/** A set of streams between two libp2p peers, and how to end it. */
export interface StreamWires extends Wires {
  readonly remote: string
  /** Told once when any of the streams has ended: without one of them there is no link. */
  onGone(listener: () => void): void
  destroy(): void
}

/**
 * What makes one link of a libp2p connection: a stream for each channel. The binding names both ends as the connection's handshake proved them
 * (Noise, or a WebRTC handshake signalled over Noise) and the token, hence nobody who relays the connection can be an end of it.
 */
export function streamWires(connection: Connection, me: string, token: Uint8Array, pipes: Pipes): StreamWires {
  const remote = connection.remotePeer.toString()
  const all = Object.values(pipes)
  return {
    transport: 'libp2p',
    relayed: !connection.direct,
    pace: connection.direct ? linkPace : circuitPace,
    weight: connection.direct ? 1 : limits.relayedWeight,
    remote,
    sendControl: (bytes) => void pipes.control.send(bytes),
    onControl: (listener) => pipes.control.onMessage(listener),
    channel: (name, context) => new StreamChannel(name, pipes[name], context),
    onOpen(listener) {
      const ends = [me, remote].sort().join(' ')
      listener(new TextEncoder().encode(`${ends} ${base64urlnopad.encode(token)}`))
    },
    onGone(listener) {
      let gone = false
      const once = () => {
        if (gone) return
        gone = true
        listener()
      }
      for (const pipe of all) pipe.onEnd(once)
    },
    destroy() {
      for (const pipe of all) pipe.abort('the link ended')
      const used = connection.streams.some(({ protocol }) => protocol.startsWith('/earshot/'))
      // A connection without a link costs the relay a circuit.
      if (!used) connection.close().catch(() => connection.abort(new Error('the connection did not close')))
    },
  }
}

/** Opens the streams of a new link over `connection`. */
export async function openWires(
  connection: Connection,
  me: string,
  token: Uint8Array,
  scheduler: Scheduler,
): Promise<StreamWires> {
  const opened = await Promise.all(
    streamNames.map(async (name) => {
      const stream = await connection.newStream(protocolOf(name), { runOnLimitedConnection: true })
      const pipe = new StreamPipe(stream, maxBytesOf(name), scheduler)
      pipe.send(token)
      return [name, pipe] as const
    }),
  )
  return streamWires(connection, me, token, Object.fromEntries(opened) as Record<StreamName, StreamPipe>)
}
