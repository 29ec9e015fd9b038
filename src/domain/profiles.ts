import type { PeerId } from './ids.ts'
import { generatedName } from './names.ts'
import { byTime } from './order.ts'
import type { RecordBodies, VerifiedRecord } from './record.ts'

export type Profile = RecordBodies['profile']

/** The latest profile of each author (ROOM-5). */
export function foldProfiles(records: readonly VerifiedRecord<'profile'>[]): ReadonlyMap<PeerId, Profile> {
  return new Map([...records].sort(byTime).map(({ author, body }) => [author, body]))
}

/** As much of a PeerId's end (its start is the same for all) as tells faces apart, within `limits.nameChars`. */
const FACE_CHARS = 16

/** What the key gives to somebody who has not chosen anything yet. */
export const generatedProfile = (peer: PeerId): Profile => ({
  name: generatedName(peer),
  face: peer.slice(-FACE_CHARS),
})

/** What a person is called and looks like: the own profile, else (or where it is blank) what the key gives (ROOM-5). */
export function profileOf(state: { readonly profiles: ReadonlyMap<PeerId, Profile> }, peer: PeerId): Profile {
  const own = state.profiles.get(peer)
  const generated = generatedProfile(peer)
  return { name: own?.name.trim() || generated.name, face: own?.face || generated.face }
}
