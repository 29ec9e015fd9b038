/** Words about one's own sound: part of `strings`. Names that tests and assistive technology rely on are marked. */

export const mine = {
  region: 'Only for you',
  volume: 'Volume', // relied on
  mute: 'Mute',
  unmute: 'Unmute',
  offset: 'Speaker delay',
  offsetText: (ms: number) => `${ms > 0 ? '+' : ms < 0 ? '−' : ''}${Math.abs(ms)}\u00a0ms`,
  offsetHint: 'Bluetooth speakers lag. If you hear the others early, raise this until it fits.',
  offsetOf: (label: string | null) =>
    label === null
      ? 'Your browser does not tell speakers apart: this holds for all of this device.'
      : `Remembered for ${label}.`,
  offsetReset: 'Reset to 0 ms',
  byEar: 'Set by ear',
  changed: (label: string | null, offset: string) =>
    label === null ? `Speaker changed. Delay: ${offset}.` : `Speaker changed: ${label}. Delay: ${offset}.`,
} as const

export const tune = {
  title: 'Set the delay by ear',
  steps: [
    'Put a second device of the room beside this one and open this window there too.',
    'Start the clicks on both. They fall on the same instant, high and low in turns; your music waits.',
    'Change only the speaker that lags, until you hear one click.',
  ],
  start: 'Start clicks',
  stop: 'Stop clicks',
  on: 'Clicks are on',
  off: 'Clicks are off',
  less: (ms: number) => `${ms} ms less`,
  more: (ms: number) => `${ms} ms more`,
  lessHint: 'This one clicks first',
  moreHint: 'This one clicks second',
  keys: 'Arrow keys: 1 ms. With Shift: 10 ms.',
  muted: 'You are muted: you will not hear the clicks.',
  save: 'Save',
  cancel: 'Cancel',
} as const

const catchingUp = 'Catching up'

export const sync = {
  label: 'Sync', // relied on
  title: 'How in step you are',
  states: {
    off: { label: 'Sound off', text: 'Your sound is not on, so there is nothing to keep in step.' },
    settling: { label: 'Settling', text: 'Room time is settling: the others’ clocks are being measured.' },
    idle: { label: 'Silent', text: 'Nothing sounds on this device right now.' },
    learning: { label: 'Learning', text: 'Learning this loudspeaker: how long sound takes to leave it.' },
    waiting: { label: 'Waiting', text: 'The music has not arrived yet. It comes in at the room’s present second.' },
    'ran-dry': { label: catchingUp, text: 'The output ran dry: this device was too busy, and made up for it.' },
    'cut-over': { label: catchingUp, text: 'Cut over: your sound was far off and has jumped into place.' },
    correcting: { label: catchingUp, text: 'Catching up by resampling, too little to be heard.' },
    'in-step': { label: 'In step', text: 'You hear the same as everyone else.' },
    'no-clock': {
      label: 'Own clock',
      text: 'Nobody to compare clocks with. You are in step as soon as someone joins.',
    },
  },
  error: 'Your error',
  clock: 'Room clock, at most',
  latency: 'Speaker delay found',
  offset: 'Speaker delay, your own',
  rate: 'Correction',
  neighbours: 'Clocks compared',
  engine: 'Engine',
  engines: { 'audio-graph': 'Sample by sample', 'media-element': 'Browser’s player' },
  early: (ms: string) => `${ms} early`,
  late: (ms: string) => `${ms} late`,
  resync: 'Sync again',
} as const
