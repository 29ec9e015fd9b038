import { hear, wordsOf, type Taste } from '../../domain/lobby/taste.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { RoomView } from '../room-view.ts'

interface ListeningOptions {
  readonly room: { readonly view: RoomView; subscribe(listener: () => void): Unsubscribe }
  readonly load: () => Promise<Taste>
  readonly save: (taste: Taste) => Promise<void>
  readonly onProblem: (problem: unknown) => void
}

/** Remembers on this device what was listened to, so that the lobby can recommend; the result stops it. Nobody else is told. */
export function rememberListening({ room, load, save, onProblem }: ListeningOptions): Unsubscribe {
  let heard: string | null = null
  let tail: Promise<void> = Promise.resolve()
  return room.subscribe(() => {
    const { now, sound, listing } = room.view
    if (now === null || sound.state !== 'playing' || now.entry === heard) return
    heard = now.entry
    const { title, artist } = now.track
    const words = wordsOf({ ...listing, playing: { title, ...(artist === undefined ? {} : { artist }) } })
    tail = tail.then(async () => save(hear(await load(), words))).catch(onProblem)
  })
}
