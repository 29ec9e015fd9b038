import { hkdfSync } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { limits as domainLimits } from '../../src/domain/limits.ts'
import type { Scheduler } from '../../src/domain/scheduler.ts'
import { keepToken } from '../../src/net/keep/token.ts'
import { addressGroup, type Place } from '../admission.ts'
import { spend, type FanOut } from '../fan-out.ts'
import type { NodeLimits } from '../limits.ts'
import { closeCodes } from '../protocol.ts'
import { createDailyAllowance } from './daily-allowance.ts'
import { serveKeeping } from './keep-connection.ts'
import { Keeper } from './keeper.ts'
import type { KeepQuota } from './quota.ts'

export interface KeepSettings {
  /** Folder for the rooms. */
  readonly dir: string
  readonly quota: KeepQuota
}

/** The keeper behind the node's port, at `/keep`. */
export interface MountedKeeper {
  readonly totals: Keeper['totals']
  /** Does the WebSocket handshake of a request and serves the page behind it. */
  accept(request: IncomingMessage, stream: Duplex, head: Buffer, address: string, place: Place): void
  /** Tells all pages that the node stops. */
  goAway(): void
  close(): void
}

/** @throws Error for people when the folder cannot be used. */
export function mountKeeper(
  { dir, quota }: KeepSettings,
  limits: NodeLimits,
  fanOut: FanOut,
  scheduler: Scheduler,
  onFailure: (error: unknown) => void,
): MountedKeeper {
  const keeper = openKeeper()
  function openKeeper(): Keeper {
    try {
      return new Keeper(dir, quota, scheduler, onFailure)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const hint = why.includes('locked') ? 'another node uses it' : why
      throw new Error(`The folder for kept rooms cannot be used (${dir}): ${hint}.`, { cause: error })
    }
  }
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: domainLimits.keepMessageBytes,
    maxFragments: limits.frameFragments,
    maxBufferedChunks: limits.frameChunks,
    perMessageDeflate: false,
  })
  const roomsOf = createDailyAllowance(scheduler, quota.addressRoomsPerDay)
  const bytesOf = createDailyAllowance(scheduler, quota.addressBytesPerDay)
  const tokenFits = async (room: Parameters<typeof keepToken>[0]['room'], name: string): Promise<boolean> =>
    Keeper.nameOf(await keepToken({ room }, { deriveKey })) === name
  return {
    get totals() {
      return keeper.totals
    },
    accept(request, stream, head, address, place) {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        const group = addressGroup(address)
        const allowances = [fanOut.ofConnection(), place.allowance, fanOut.total]
        serveKeeping(socket, {
          keeper,
          scheduler,
          limits,
          rooms: roomsOf(group),
          bytes: bytesOf(group),
          spend: (bytes) => spend(bytes, allowances),
          tokenFits,
        })
      })
    },
    goAway() {
      for (const socket of sockets.clients) socket.close(closeCodes.goingAway, 'the node stops')
    },
    close: () => keeper.close(),
  }
}

const deriveKey = async (secret: Uint8Array, purpose: string): Promise<Uint8Array> =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), purpose, 32))
