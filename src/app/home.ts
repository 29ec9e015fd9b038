import { formatRoomFragment, type RoomAddress } from '../domain/address.ts'
import type { RoomId } from '../domain/ids.ts'
import type { Visibility } from '../domain/record.ts'
import type { Scheduler } from '../domain/scheduler.ts'
import type { HomePort, RecentRoom } from './room-view.ts'
import type { Profile } from '../domain/profiles.ts'
import { tidyProfile, tidyRoomName } from './names.ts'
import type { Settings } from './settings.ts'

/** Writes a new room's first records to this device; it is opened by its link like any other. */
export type FoundRoom = (options: { readonly name: string; readonly visibility: Visibility }) => Promise<RoomAddress>

interface HomeOptions {
  readonly settings: Settings
  readonly profile: Profile
  readonly scheduler: Scheduler
  readonly foundRoom: FoundRoom
  /** Takes a room's records off this device. */
  readonly eraseRoom: (room: RoomId) => Promise<void>
}

/** The start page: founds rooms, remembers them, and knows who I am. */
export class Home implements HomePort {
  readonly #options: HomeOptions
  #me: Profile

  constructor(options: HomeOptions) {
    this.#options = options
    this.#me = options.profile
  }

  get me(): Profile {
    return this.#me
  }

  recentRooms(): Promise<readonly RecentRoom[]> {
    return this.#options.settings.recentRooms()
  }

  async forget(room: RoomId): Promise<void> {
    await this.#options.settings.forgetRoom(room)
    await this.#options.eraseRoom(room)
  }

  async startRoom({ name, visibility }: { readonly name: string; readonly visibility: Visibility }): Promise<string> {
    const title = name.trim() === '' ? `${this.#me.name}’s room` : tidyRoomName(name)
    const { settings, scheduler, foundRoom } = this.#options
    const address = await foundRoom({ name: title, visibility })
    const fragment = formatRoomFragment(address)
    await settings.rememberRoom({
      room: address.room,
      name: title,
      visibility,
      fragment,
      lastOpenedMs: scheduler.wallMs(),
    })
    return fragment
  }

  async rename(name: string, face: string): Promise<void> {
    this.#me = tidyProfile({ name, face })
    await this.#options.settings.saveProfile(this.#me)
  }
}
