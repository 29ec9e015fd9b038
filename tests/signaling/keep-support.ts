import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { defaultKeepQuota, type KeepQuota } from '../../signaling/keep/quota.ts'
import type { CommunityNode, NodeOptions } from '../../signaling/node.ts'
import { createNodeScheduler } from '../../signaling/scheduler.ts'
import type { RoomAddress } from '../../src/domain/address.ts'
import type { Signer } from '../../src/domain/crypto.ts'
import type { PeerId } from '../../src/domain/ids.ts'
import type { Visibility } from '../../src/domain/record.ts'
import { KeptRoom } from '../../src/net/keep/kept-room.ts'
import { KeeperConnection } from '../../src/net/keep/keeper-connection.ts'
import { keepToken } from '../../src/net/keep/token.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { Replica } from '../../src/replica/replica.ts'
import { parseUpdate, type Piece } from '../../src/replica/y-update.ts'
import { memoryStore } from '../replica/support/memory-store.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'
import { startNode } from './support.ts'

export const scheduler = createNodeScheduler()
const random = seededRandom(41)
export const crypto = nodeCrypto(random)
export const newSigner = (): Signer => nodeSigner(random)

export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'earshot-keep-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** A node that keeps rooms, in a folder of its own when none is given. */
export async function startKeeper(
  quota: Partial<KeepQuota> = {},
  options: Partial<NodeOptions> & { readonly dir?: string } = {},
): Promise<CommunityNode> {
  const { dir = await temporaryFolder(), ...rest } = options
  return startNode({}, { keep: { dir, quota: { ...defaultKeepQuota, ...quota } }, ...rest })
}

const keepUrl = (url: string): string => `${url.replace('http', 'ws')}/keep`

/** A page's connection to a keeper. */
export function connectKeeper(url: string): KeeperConnection {
  const connection = new KeeperConnection(keepUrl(url), (address) => new WebSocket(address), scheduler)
  onTestFinished(() => connection.close())
  return connection
}

/** Asks for a room to be kept, with everything that a replica has. */
export async function keepAll(
  connection: KeeperConnection,
  { address, replica }: Room,
  claim = someClaim(),
): Promise<void> {
  await connection.open(await keepToken(address, crypto))
  const shelf = await connection.keep(claim, address.secret === undefined ? address.room : undefined)
  for (const { update } of replica.copy.lacking(shelf.vector)) await connection.put(update)
}

export const someClaim = (): Uint8Array => crypto.randomBytes(32)

/** All that is kept of a room, as somebody gets it who has the link and nothing else. */
export async function allKept(connection: KeeperConnection, address: RoomAddress): Promise<readonly Piece[]> {
  const { vector } = await connection.open(await keepToken(address, crypto))
  const pieces: Piece[] = []
  await connection.get(new Map([...vector.keys()].map((client) => [client, 0])), async (update) => {
    const parsed = parseUpdate(update)
    if (parsed.ok) pieces.push(...parsed.pieces)
  })
  return pieces
}

export interface Room {
  readonly address: RoomAddress
  readonly replica: Replica
  readonly me: PeerId
}

const context = (signer: Signer) => ({
  ...{ signer, crypto, scheduler, random },
  roomNow: () => scheduler.wallMs(),
})

export async function foundRoom(visibility: Visibility = 'public', signer = newSigner()): Promise<Room> {
  const options = {
    ...context(signer),
    visibility,
    name: 'Kitchen',
    control: 'everyone',
    storeFor: () => memoryStore(),
  } as const
  const { address, replica } = await Replica.found(options)
  onTestFinished(() => replica.close())
  return { address, replica, me: signer.peer }
}

/** Somebody who has the link and an empty device. */
export async function enterRoom(address: RoomAddress, signer = newSigner()): Promise<Room> {
  const replica = await Replica.open({ ...context(signer), address, store: memoryStore() })
  onTestFinished(() => replica.close())
  await replica.ready
  return { address, replica, me: signer.peer }
}

/** The room at the keeper, as a page holds it. */
export async function keptRoom(
  { address, replica, me }: Room,
  url: string,
  problems: unknown[] = [],
): Promise<KeptRoom> {
  const room = new KeptRoom({
    url: keepUrl(url),
    token: await keepToken(address, crypto),
    room: address.secret === undefined ? address.room : undefined,
    ...{ me, replica, scheduler, random },
    openSocket: (address) => new WebSocket(address),
    onProblem: (problem) => problems.push(problem),
  })
  onTestFinished(() => room.close())
  return room
}
