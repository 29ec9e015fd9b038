import type { MediaLibrary } from '../../media/media-library.ts'
import type { ClockService } from '../../net/clock-service.ts'
import type { Presence } from '../../replica/presence.ts'
import type { Replica } from '../../replica/replica.ts'
import type { Attach, AttachGossip } from './mesh.ts'

/** What of a room runs over every link, and what over gossip too. */
export const servicesOf = ({
  replica,
  presence,
  clock,
  media,
}: {
  readonly replica: Replica
  readonly presence: Presence
  readonly clock: ClockService
  readonly media: MediaLibrary
}): { readonly services: readonly Attach[]; readonly gossiping: readonly AttachGossip[] } => ({
  services: [
    (link) => replica.connect(link.peer, link.channel('sync'), (author) => presence.saidElsewhere(link.peer, author)),
    (link) => presence.connect(link.peer, link.channel('presence')),
    (link) => clock.addLink(link),
    (link) => media.addLink(link),
  ],
  gossiping: [
    (gossip) => replica.gossip(gossip.channel('sync')),
    (gossip) => presence.gossip(gossip.channel('presence')),
  ],
})
