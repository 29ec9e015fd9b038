import { join } from 'node:path'
import { NodeProcess } from '../../tests/e2e/support/node-process.ts'
import { Listener } from './listener.ts'
import { startRig, type Rig } from './rig.ts'

const crate = join(import.meta.dirname, '../../public/crate')
/** Real pieces of the demo crate, four minutes and more together: what follows sounds by automatic advance. */
const SONGS = ['harbour-lights', 'glass-garden', 'night-train-north', 'paper-kites'].map((name) =>
  join(crate, `${name}.mp3`),
)

/** A room in which everybody hears the same song, and the rig that hears them. */
export interface Stage {
  readonly rig: Rig
  readonly link: string
  readonly listeners: readonly [Listener, ...Listener[]]
  close(): Promise<void>
}

/** Starts the node, the rig and one browser process per listener; returns when sound leaves all of them. */
export async function setStage(count: number, bufferFrames: number): Promise<Stage> {
  const rig = await startRig(count)
  const tearDown: (() => Promise<unknown>)[] = [() => rig.close()]
  const close = async (): Promise<void> => {
    for (const task of tearDown.toReversed()) await task()
  }
  try {
    const node = await NodeProcess.start()
    tearDown.push(() => node.kill())
    const arrive = async (index: number): Promise<Listener> => {
      const listener = await Listener.arrive(rig.env(index), bufferFrames)
      tearDown.push(() => listener.leave())
      return listener
    }
    const founder = await arrive(0)
    const link = await founder.startRoom(node.url)
    await founder.addFiles(SONGS)
    await founder.listen()
    await founder.hears()
    const others: Listener[] = []
    for (let index = 1; index < count; index++) {
      const other = await arrive(index)
      await other.enter(link)
      await other.listen()
      await other.hears()
      others.push(other)
    }
    return { rig, link, listeners: [founder, ...others], close }
  } catch (error) {
    await close()
    throw error
  }
}
