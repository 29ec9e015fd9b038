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
