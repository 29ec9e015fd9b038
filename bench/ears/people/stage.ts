import { join } from 'node:path'
import { NodeProcess } from '../../../tests/e2e/support/node-process.ts'
import type { Rig } from '../rig/rig.ts'
import { sharedCard } from '../rig/shared-card.ts'
import { Listener } from './listener.ts'
import type { World } from './world.ts'

const crate = join(import.meta.dirname, '../../../public/crate')
/** Real pieces of the demo crate, six minutes together, twice: what follows sounds by automatic advance. */
const SONGS = ['harbour-lights', 'glass-garden', 'night-train-north', 'paper-kites'].map((name) =>
  join(crate, `${name}.mp3`),
)

export interface StageOptions {
  /** Browsers that are there from the beginning. */
  readonly listeners: number
  /** Loudspeakers; later guests need one each. Default: as many as listeners. */
  readonly ears?: number
  readonly bufferFrames: number
  readonly files?: readonly string[]
  readonly rig?: () => Promise<Rig>
  /** The world of each listener, by index. */
  readonly world?: (index: number) => World
}

/** A room in which everybody hears the same music, and the rig that hears them. */
export interface Stage {
  readonly rig: Rig
  readonly listeners: readonly [Listener, ...Listener[]]
  /** Lets one more in, at the loudspeaker `ear`; returns once sound leaves them. They may `leave` earlier than the others. */
  join(ear: number): Promise<Listener>
}

/**
 * Starts the node, the rig and one browser process per listener; returns when sound leaves all of them.
 * @param onTearDown is handed the way to end each part as soon as it stands
 */
export async function setStage(
  options: StageOptions,
  onTearDown: (task: () => Promise<unknown>) => void,
): Promise<Stage> {
  const { listeners: count, ears = count, bufferFrames, files = SONGS, world } = options
  const rig = await (options.rig ?? (() => sharedCard(ears)))()
  onTearDown(() => rig.close())
  const node = await NodeProcess.start()
  onTearDown(() => node.kill())
  const arrive = async (ear: number): Promise<Listener> => {
    const givesWay = ear >= count
    const listener = await Listener.arrive({ env: rig.env(ear), bufferFrames, world: world?.(ear), givesWay })
    onTearDown(() => listener.leave())
    return listener
  }
  const founder = await arrive(0)
  const link = await founder.startRoom(node.url)
  await founder.addFiles(files)
  await founder.listen()
  await founder.hears()
  const join = async (ear: number): Promise<Listener> => {
    const listener = await arrive(ear)
    await listener.enter(link)
    await listener.listen()
    await listener.hears()
    listener.belongs()
    return listener
  }
  const listeners: [Listener, ...Listener[]] = [founder]
  for (let index = 1; index < count; index++) listeners.push(await join(index))
  return { rig, listeners, join }
}
