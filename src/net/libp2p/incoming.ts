import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { base64urlnopad } from '@scure/base'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { attemptMs } from '../attempt.ts'
import { StreamPipe } from './stream-pipe.ts'
import { maxBytesOf, streamNames, streamWires, type StreamName, type StreamWires } from './stream-wires.ts'
import { protocolOf, tokenBytes } from './wire.ts'

/** Links that others may be opening at the same time: a crowd of newcomers, not a flood. */
const mostOpening = 32
/** Streams of one protocol on one connection: two links may overlap while one replaces the other. */
const streamsPerConnection = 4

interface Opening {
  readonly connection: Connection
  readonly token: Uint8Array
  readonly pipes: Map<StreamName, StreamPipe>
  readonly cancel: Unsubscribe
}

/** Gathers the streams that others open into sets, one per link. */
export class Incoming {
  readonly #libp2p: Libp2p
  readonly #scheduler: Scheduler
  readonly #onWires: (wires: StreamWires) => void
  readonly #openings = new Map<string, Opening>()

  constructor(libp2p: Libp2p, scheduler: Scheduler, onWires: (wires: StreamWires) => void) {
    this.#libp2p = libp2p
    this.#scheduler = scheduler
    this.#onWires = onWires
  }

  async listen(): Promise<void> {
    for (const name of streamNames) {
      await this.#libp2p.handle(protocolOf(name), (stream, connection) => this.#accept(name, stream, connection), {
        runOnLimitedConnection: true,
        maxInboundStreams: streamsPerConnection,
      })
    }
  }

  stop(): void {
    for (const id of [...this.#openings.keys()]) this.#giveUp(id)
  }

  #accept(name: StreamName, stream: Stream, connection: Connection): void {
    const pipe = new StreamPipe(stream, maxBytesOf(name), this.#scheduler)
    pipe.onFirst((token) => {
      if (token.length !== tokenBytes) return pipe.abort('a stream without its token')
      const id = `${connection.id} ${base64urlnopad.encode(token)}`
      const opening = this.#openings.get(id) ?? this.#begin(id, connection, token)
      if (opening === null || opening.pipes.has(name)) return pipe.abort('one stream too many')
      opening.pipes.set(name, pipe)
      if (opening.pipes.size === streamNames.length) this.#complete(id, opening)
    })
  }

  #begin(id: string, connection: Connection, token: Uint8Array): Opening | null {
    if (this.#openings.size >= mostOpening) return null
    const cancel = this.#scheduler.after(attemptMs, () => this.#giveUp(id))
    const opening = { connection, token, pipes: new Map<StreamName, StreamPipe>(), cancel }
    this.#openings.set(id, opening)
    return opening
  }

  #complete(id: string, { connection, token, pipes, cancel }: Opening): void {
    cancel()
    this.#openings.delete(id)
    const all = Object.fromEntries(pipes) as Record<StreamName, StreamPipe>
    this.#onWires(streamWires(connection, this.#libp2p.peerId.toString(), token, all))
  }

  #giveUp(id: string): void {
    const opening = this.#openings.get(id)
    this.#openings.delete(id)
    opening?.cancel()
    for (const pipe of opening?.pipes.values() ?? []) pipe.abort('the link did not come about')
  }
}
