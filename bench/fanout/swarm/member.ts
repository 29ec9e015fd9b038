/** One peer of a swarm, in whichever process it lives. */
export interface Member {
  /** libp2p PeerId, or nothing where members find each other by themselves. */
  readonly host: string
  /** Links that it has. */
  readonly links: number
  /** Whether it can write and hear. */
  readonly ready: boolean
  write(text: string): Promise<unknown>
  /** Opens links to members of that name through the relay, where it does not do so by itself. */
  meet(hosts: readonly string[]): Promise<void>
}

/** What a member tells its process. */
export interface Ears {
  heard(text: string): void
  /** A message went out over a link of Earshot's own. */
  sent(bytes: number): void
}
