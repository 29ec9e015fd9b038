import type { PeerId } from '../../domain/ids.ts'
import { generatedProfile, profileOf } from '../../domain/profiles.ts'
import type { RoomState } from '../../domain/room-state.ts'
import type { PersonView } from '../room-view.ts'

/** What presence says of one person, whoever sent it on. */
export interface Here {
  readonly name: string
  readonly face: string
  readonly listening: boolean
  readonly typing: boolean
}

/** What is known of people; `listening`: whether I am, for presence tells me of the others only. */
export interface PeopleSources {
  readonly state: RoomState | null
  readonly here: ReadonlyMap<PeerId, Here>
  readonly me: PeerId
  readonly listening: boolean
}

/** Names, faces and roles from the room's records and from presence; presence is fresher and wins. */
export function personView(peer: PeerId, { state, here, me, listening }: PeopleSources): PersonView {
  const present = here.get(peer)
  const { name, face } = present ?? (state ? profileOf(state, peer) : generatedProfile(peer))
  return {
    peer,
    name,
    face,
    role: state?.roles.get(peer) ?? 'listener',
    isMe: peer === me,
    here: present !== undefined || peer === me,
    listening: peer === me ? listening : (present?.listening ?? false),
  }
}
