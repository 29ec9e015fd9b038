import type { PeerId, RoomId } from '../ids.ts'
import type { Listing } from '../record.ts'

/** What a public room says of itself to everyone, signed by one of its members. Founder and visibility are proven, the rest is the signer's claim. */
export interface Card extends Listing {
  readonly room: RoomId
  readonly founder: PeerId
  /** Wall-clock ms at which the room was founded, as its founder's clock said. */
  readonly foundedAtMs: number
  /** Who signed this card. */
  readonly author: PeerId
  /** Wall-clock ms at which it was signed, as the author's clock said. */
  readonly atMs: number
  readonly title: string
  readonly playing?: { readonly title: string; readonly artist?: string }
  /** Who is in the room. */
  readonly listeners: number
  /** The author leaves and nobody stays: the room is to vanish. */
  readonly ended: boolean
}
