/** Words about where rooms are kept and found; part of `strings.ts`. */
export const keeping = {
  keep: (node: string) => `Keep this room on ${node}`, // relied on
  why: 'Then it can be opened also when nobody is here: queue, chat and history, though not the music itself.',
  reads: {
    public: 'The node can read what it keeps.',
    unlisted: 'The node then knows this room and can read what it keeps.',
    private: 'All of it stays sealed: the node cannot read it.',
  },
  states: {
    off: '',
    kept: (days: number) => `Kept, for ${days} days after the last visit.`,
    full: 'Kept in part: the node’s space for this room is used up.',
    away: 'The node is out of reach. What is new goes there when it is back.',
  },
  theirs: 'Somebody else asked for it; it can be ended on their device.',
  busy: 'Asking the node…',
  isKept: (node: string) => `${node} keeps this room, so that it can be opened when nobody is here.`,
}

export const settings = {
  title: 'Settings', // relied on
}

export const nodes = {
  title: 'Nodes', // relied on
  about:
    'Nodes help browsers find each other: people meet when they share one. With two of them, nobody notices when one is down.',
  own: 'this page came from it',
  states: {
    connecting: 'Connecting…',
    connected: 'Connected',
    away: 'Out of reach, tried again by itself',
  },
  address: 'Address of a node', // relied on
  addressHint: 'Or the link of a room there.',
  add: 'Add', // relied on
  added: 'Added',
  remove: (name: string) => `Remove ${name}`, // relied on
  removed: (name: string) => `${name} is no longer used`,
  privacy: 'A node sees your internet address and when you meet others, not what you hear or say in private rooms.',
}

export const moodNames = {
  calm: 'Calm',
  focus: 'Focus',
  happy: 'Happy',
  energetic: 'Energetic',
  party: 'Party',
  melancholic: 'Melancholic',
} as const

/** Names of languages, in English, as the browser knows them. */
export const languageName = (code: string): string =>
  new Intl.DisplayNames('en', { type: 'language', fallback: 'code' }).of(code) ?? code

export const lobby = {
  title: 'Open rooms', // relied on
  search: 'Search open rooms', // relied on
  searchHint: 'Name, tag, artist…',
  order: 'Show first',
  orders: {
    trending: 'Trending',
    recommended: 'For you',
    new: 'New',
    nearby: 'Nearby',
    hour: 'For this hour',
  },
  mood: 'Mood',
  anyMood: 'Any mood',
  language: 'Language',
  anyLanguage: 'Any language',
  listeners: (count: number) => `${count} ${count === 1 ? 'listener' : 'listeners'}`,
  plays: (title: string, artist: string | undefined) => (artist === undefined ? title : `${title} – ${artist}`),
  silent: 'Nothing plays right now',
  away: (km: number) => (km < 100 ? 'in your region' : `about ${Math.round(km / 100) * 100} km away`),
  empty: 'No open room right now. Start a public one, and it is listed here.',
  noMatch: 'No open room fits. Take a word or a choice away.',
  count: (count: number) => `${count} open ${count === 1 ? 'room' : 'rooms'}`,
}

export const listing = {
  title: 'In the lobby',
  text: 'A public room is listed on the start page of everyone who uses this node or one that is joined to it, as long as somebody is here.',
  tags: 'Tags',
  tagsHint: 'jazz, vinyl, sunday',
  mood: 'Mood',
  language: 'Language of the chat',
  unsaid: 'Not said',
  place: 'Say roughly where we are (a region of 100 km)',
  save: 'Save listing',
  saved: 'Saved',
}
