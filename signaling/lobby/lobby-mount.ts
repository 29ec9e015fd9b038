import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { limits as domainLimits } from '../../src/domain/limits.ts'
import type { Scheduler } from '../../src/domain/scheduler.ts'
import { addressGroup, type Place } from '../admission.ts'
import { spend, type FanOut } from '../fan-out.ts'
import type { NodeLimits } from '../limits.ts'
import { closeCodes } from '../protocol.ts'
import { serveLobby } from './lobby-connection.ts'
import { Lobby } from './lobby.ts'

/** The lobby behind the node's port, at `/lobby`. */
export interface MountedLobby {
  readonly lobby: Lobby
  accept(request: IncomingMessage, stream: Duplex, head: Buffer, address: string, place: Place): void
  close(): void
}

export function mountLobby(limits: NodeLimits, fanOut: FanOut, scheduler: Scheduler): MountedLobby {
  const lobby = new Lobby(scheduler)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: domainLimits.cardBytes,
    maxFragments: limits.frameFragments,
    maxBufferedChunks: limits.frameChunks,
    perMessageDeflate: false,
  })
  return {
    lobby,
    accept(request, stream, head, address, place) {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        const allowances = [fanOut.ofConnection(), place.allowance, fanOut.total]
        serveLobby(socket, {
          ...{ lobby, scheduler, limits },
          source: addressGroup(address),
          spend: (bytes) => spend(bytes, allowances),
        })
      })
    },
    close() {
      for (const socket of sockets.clients) socket.close(closeCodes.goingAway, 'the node stops')
      lobby.close()
    },
  }
}
