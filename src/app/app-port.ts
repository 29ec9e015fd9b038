import type { Random, Scheduler } from '../domain/scheduler.ts'
import type { CoarsePlace } from '../domain/record.ts'
import type { LobbyPort } from './lobby.ts'
import type { NodesPort } from './nodes.ts'
import type { HomePort, RoomPort } from './room-view.ts'

/** All that the interface knows of the program: made by `main.ts` and set as `<earshot-app>`'s `port`. */
export interface AppPort {
  readonly home: HomePort
  readonly lobby: LobbyPort
  readonly nodes: NodesPort
  /** Where this device is, as a cell of about 100 km. @throws EarshotError when the browser does not say. */
  askPlace(): Promise<CoarsePlace>
  /**
   * Opens the room of a link's fragment (`#/r/ROOM` or `#/r/ROOM~SECRET`, checked by the interface before). Resolves as soon as
   * what this device has of the room can be shown, without waiting for peers; `RoomPort.leave()` closes it.
   * @throws EarshotError when it cannot be opened; the message says why and what to do.
   */
  openRoom(fragment: string): Promise<RoomPort>
  /** Brings an answer by code to the page of this browser that made the invitation; false when there is none. */
  handOver(code: string): Promise<boolean>
  /** Ticks of progress bars and toasts. */
  readonly scheduler: Scheduler
  /** Seeds of new faces. */
  readonly random: Random
}
