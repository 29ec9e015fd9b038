import type { RoomTime } from '../clock/room-time.ts'
import type { Scheduler } from '../domain/scheduler.ts'
import { createAudioGraphPlayer } from './audio-graph-player.ts'
import { ComposedPlayer } from './composed-player.ts'
import type { OpenElementSource } from './media-element/element-source.ts'
import { MediaElementPlayer } from './media-element/media-element-player.ts'
import type { RoomPlayer } from './player.ts'

export interface RoomPlayerOptions {
  readonly roomTime: RoomTime
  /** As for `createAudioGraphPlayer`. */
  readonly scheduler: Scheduler
  /** Where media elements read tracks. */
  readonly open: OpenElementSource
}

/** Both engines as one; loaded when a room is opened, for the start page plays nothing. */
export function createRoomPlayer({ roomTime, scheduler, open }: RoomPlayerOptions): RoomPlayer {
  return new ComposedPlayer({
    roomTime,
    graph: createAudioGraphPlayer({ roomTime, scheduler }),
    element: new MediaElementPlayer({ roomTime, scheduler, open }),
  })
}
