import { charterOf } from '../../domain/charter.ts'
import type { EntryId, PeerId, RecordHash } from '../../domain/ids.ts'
import { LimitError, TrackFileError } from '../../domain/errors.ts'
import { limits } from '../../domain/limits.ts'
import { demand, mayControl, mayPlayNext, mayRenameRoom, mayWithdraw } from '../../domain/permissions.ts'
import { anchorIntent, pauseIntent, playIntent, seekIntent, skipIntent, startIntent } from '../../domain/playback.ts'
import { positionAt, type RoomTimeline } from '../../domain/timeline.ts'
import type { Listing, PlayBody, RecordBodies, RecordKind, Track } from '../../domain/record.ts'
import { trackName } from '../../domain/record.ts'
import { linkName } from '../../media/import-link.ts'
import type { ImportOptions } from '../../media/import-track.ts'
import type { KeepingPort, Remedy, RoomPort, RoomView } from '../room-view.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { Profile } from '../../domain/profiles.ts'
import { tidyListing, tidyProfile, tidyRoomName } from '../names.ts'
import type { Settings } from '../settings.ts'
import type { ImportLink } from './imports.ts'
import type { RoomSession } from './room-session.ts'
import type { MeetingByHand } from './by-hand.ts'
import { Typing } from './typing.ts'

type Intent = (timeline: RoomTimeline, nowMs: number, leadMs: number) => PlayBody | null

/** Fetches the pieces of music that come with Earshot, as files. */
export type DemoFiles = () => Promise<readonly File[]>

interface RoomCommandsOptions {
  readonly session: RoomSession
  readonly settings: Settings
  readonly profile: Profile
  readonly keeping: KeepingPort
  readonly byHand: MeetingByHand
  readonly demoFiles: DemoFiles
  readonly importLink: ImportLink
  /** The person taps to hear the room; called in the tap's own turn. */
  readonly onListen?: () => void
  /** The room is being left; `left` settles when it is off the network and everything is kept. */
  readonly onLeave: (left: Promise<void>) => void
}

/** What a person can do in a room: each command checks, writes a signed record, and shows its effect at once. */
export class RoomCommands implements RoomPort {
  readonly keeping: KeepingPort
  readonly byHand: MeetingByHand
  readonly #session: RoomSession
  readonly #settings: Settings
  readonly #demoFiles: DemoFiles
  readonly #importLink: ImportLink
  readonly #onListen: () => void
  readonly #onLeave: RoomCommandsOptions['onLeave']
  readonly #typing: Typing
  #profile: Profile

  constructor(options: RoomCommandsOptions) {
    const { session, settings, profile, keeping, byHand, demoFiles, importLink, onListen, onLeave } = options
    this.#session = session
    this.keeping = keeping
    this.byHand = byHand
    this.#settings = settings
    this.#demoFiles = demoFiles
    this.#importLink = importLink
    this.#onListen = onListen ?? (() => {})
    this.#onLeave = onLeave
    this.#profile = profile
    const { scheduler, presence } = session.parts
    this.#typing = new Typing(scheduler, (typing) => presence.set({ typing }))
    session.onAnchor = () => void this.#anchor()
  }

  get view(): RoomView {
    return this.#session.view
  }

  get #me(): PeerId {
    return this.#session.parts.signer.peer
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#session.subscribe(listener)
  }

  positionMs(): number {
    const segment = this.#session.segment()
    return segment ? positionAt(segment, this.#session.nowMs()) : 0
  }

  spectrum(): Uint8Array {
    return this.#session.parts.player.spectrum()
  }

  picture(): HTMLVideoElement | null {
    const track = this.#session.segment()?.entry.track
    return track?.video === undefined ? null : this.#session.parts.player.pictureOf(trackName(track))
  }

  async listen(): Promise<void> {
    this.#onListen()
    await this.#session.parts.player.unlock()
    this.#setAway(false)
  }

  stopListening(): void {
    this.#setAway(true)
  }

  async addFiles(files: readonly File[]): Promise<void> {
    const { imports, parts } = this.#session
    const add = (file: File): Promise<void> =>
      imports.add(
        file.name,
        (options) => parts.media.importFile(file, options),
        (track) => this.addTrack(track, file.name),
      )
    await Promise.all(files.map(add))
  }

  async addLink(address: string): Promise<void> {
    const text = address.trim()
    const name = linkName(text)
    const read = (options: ImportOptions): Promise<Track> => this.#importLink(text, options)
    await this.#session.imports.add(name, read, (track) => this.addTrack(track, name))
  }

  /** Puts a track of this device into the queue. @throws TrackFileError when too many of one's own wait already. */
  async addTrack(track: Track, fileName: string): Promise<void> {
    const { queue } = this.#session.timeline().at(this.#session.nowMs())
    if (queue.filter(({ entry }) => entry.addedBy === this.#me).length >= limits.entriesPerPerson)
      throw new TrackFileError(
        `“${fileName}” was not added: ${limits.entriesPerPerson} of your tracks wait already. Add more when some have played.`,
      )
    const record = await this.#write('entry', { track })
    await this.#startIfSilent(record.hash)
  }

  async addDemoTracks(): Promise<void> {
    await this.addFiles(await this.#demoFiles())
  }

  cancelImport(id: number): void {
    this.#session.imports.cancel(id)
  }

  async vote(entry: EntryId, up: boolean): Promise<void> {
    await this.#write('vote', { entry, up })
  }

  async removeEntry(entry: EntryId): Promise<void> {
    const state = this.#session.state()
    const known = state.entries.get(entry)
    if (known === undefined) return
    demand(mayWithdraw(state, this.#me, known))
    await this.#write('withdraw', { entry })
  }

  async playNext(entry: EntryId): Promise<void> {
    demand(mayPlayNext(this.#session.state(), this.#me))
    await this.#write('next', { entry })
  }

  play(): Promise<void> {
    return this.#control(playIntent)
  }

  pause(): Promise<void> {
    return this.#control(pauseIntent)
  }

  seek(positionMs: number): Promise<void> {
    return this.#control((timeline, nowMs, leadMs) => seekIntent(timeline, positionMs, nowMs, leadMs))
  }

  skip(): Promise<void> {
    return this.#control(skipIntent)
  }

  async send(text: string): Promise<void> {
    const trimmed = text.trim()
    if (trimmed === '') return
    if ([...trimmed].length > limits.messageChars)
      throw new LimitError(`A message can have ${limits.messageChars} characters. Please send it in parts.`)
    this.#typing.set(false)
    await this.#write('message', { text: trimmed })
  }

  setTyping(typing: boolean): void {
    this.#typing.set(typing)
  }

  async rename(name: string): Promise<void> {
    await this.#changeProfile({ ...this.#profile, name })
  }

  async changeFace(face: string): Promise<void> {
    await this.#changeProfile({ ...this.#profile, face })
  }

  async renameRoom(name: string): Promise<void> {
    const state = this.#session.state()
    demand(mayRenameRoom(state, this.#me))
    await this.#write('charter', { ...charterOf(state), name: tidyRoomName(name) })
  }

  async list(listing: Listing): Promise<void> {
    const state = this.#session.state()
    demand(mayRenameRoom(state, this.#me))
    await this.#write('charter', { ...charterOf(state), listing: tidyListing(listing) })
  }

  setVolume(volume: number): void {
    this.#session.parts.sound.setVolume(volume)
  }

  setMuted(muted: boolean): void {
    this.#session.parts.sound.setMuted(muted)
  }

  setOffset(offsetMs: number): void {
    this.#session.parts.sound.setOffset(offsetMs)
  }

  async tune(on: boolean): Promise<void> {
    if (on) await this.listen()
    this.#session.parts.sound.tune(on)
  }

  resync(): void {
    this.#session.parts.player.resync()
  }

  remedy(remedy: Remedy): void {
    this.#session.parts.player.remedy(remedy)
    this.#session.refresh()
  }

  leave(): Promise<void> {
    this.#typing.close()
    this.byHand.close()
    const left = this.#session.close()
    this.#onLeave(left)
    return left
  }

  #setAway(away: boolean): void {
    const { presence, sound } = this.#session.parts
    this.#session.away = away
    sound.setAway(away)
    presence.set({ listening: !away })
    this.#session.refresh()
  }

  /** Music put into a silent room begins by itself, unless somebody stopped it on purpose. */
  async #startIfSilent(entry: RecordHash): Promise<void> {
    if (!mayControl(this.#session.state(), this.#me).allowed) return
    await this.#writePlay((timeline, nowMs, leadMs) => startIntent(timeline, entry, nowMs, leadMs))
  }

  async #control(intent: Intent): Promise<void> {
    demand(mayControl(this.#session.state(), this.#me))
    await this.#writePlay(intent)
  }

  async #anchor(): Promise<void> {
    if (mayControl(this.#session.state(), this.#me).allowed) await this.#writePlay(anchorIntent)
  }

  async #writePlay(intent: Intent): Promise<void> {
    const { lead, parts } = this.#session
    const body = intent(this.#session.timeline(), this.#session.nowMs(), lead.ms())
    if (body === null) return
    const begunMs = parts.scheduler.nowMs()
    await this.#write('play', body)
    lead.wrote(parts.scheduler.nowMs() - begunMs)
  }

  async #changeProfile(profile: Profile): Promise<void> {
    this.#profile = tidyProfile(profile)
    await this.#settings.saveProfile(this.#profile)
    this.#session.parts.presence.set(this.#profile)
    if (this.#session.state().profiles.has(this.#me)) await this.#write('profile', this.#profile)
    this.#session.refresh()
  }

  /** Signs and stores a record; the first one of a person brings their name along, so that it stays when they have gone. */
  async #write<K extends Exclude<RecordKind, 'genesis'>>(
    kind: K,
    body: RecordBodies[K],
  ): Promise<{ readonly hash: RecordHash }> {
    const { replica } = this.#session.parts
    const known = this.#session.state().profiles.get(this.#me)
    const named = known?.name === this.#profile.name && known.face === this.#profile.face
    // The name comes second: a play is in a hurry.
    const writes = [
      replica.write(kind, body),
      ...(kind === 'profile' || named ? [] : [replica.write('profile', this.#profile)]),
    ] as const
    const [record] = await Promise.all(writes)
    this.#session.refresh()
    return record
  }
}
