import { byHand } from './strings-by-hand.ts'
import { keeping, languageName, listing, lobby, moodNames, nodes, settings } from './strings-rooms.ts'
import { mine, sync, tune } from './strings-sound.ts'

/** Every word that the interface says, in one place, so that it can be translated. Names that tests and assistive technology rely on are marked. */
export const strings = {
  app: 'Earshot',
  tagline: 'Listen together, in the same instant.',
  about:
    'Start a room, drop in music and send the link: everyone hears the same beat at the same moment. The room lives on your devices. No account, no server that owns it.',

  home: {
    roomName: 'Room name', // relied on
    roomNameHint: 'Kitchen, Friday night, Album club…',
    visibility: 'Who can come in',
    visibilities: {
      public: { label: 'Public', text: 'Listed among the open rooms: anyone may find it and come in.' },
      unlisted: { label: 'Unlisted', text: 'Anyone with the link. It is listed nowhere.' },
      private: { label: 'Private', text: 'Only with the link. Everything is encrypted, for the node as well.' },
    },
    start: 'Start a room', // relied on
    starting: 'Opening the room…',
    needsName: 'Give the room a name first.',
    recent: 'Your rooms',
    forget: (name: string) => `Forget ${name}`,
    you: 'You',
    promises: [
      { icon: 'wave', title: 'Same beat', text: 'Nobody is ahead, nobody lags behind.' },
      { icon: 'people', title: 'No host to lose', text: 'Whoever leaves, the music plays on.' },
      { icon: 'shield', title: 'Yours', text: 'Your files go straight to your friends.' },
    ],
  },

  visibility: { public: 'Public', unlisted: 'Unlisted', private: 'Private' },

  profile: {
    name: 'Your name', // relied on
    newFace: 'Draw a new face',
  },

  room: {
    opening: 'Opening the room…',
    openingHint: 'Reading what this device already has.',
    unnamed: 'Unnamed room',
    invite: 'Invite', // relied on
    leave: 'Leave', // relied on
    chatTab: 'Chat',
    peopleTab: 'People',
    close: 'Close',
    dropTitle: 'Let go to add',
    dropText: (room: string) => `The music joins the queue of ${room}.`,
    help: 'Keyboard and help',
    rename: 'Rename the room',
    renameLabel: 'New name of the room',
  },

  connection: {
    loading: { label: 'Opening', title: 'Opening the room', text: 'Reading what this device already has.' },
    connecting: {
      label: 'Connecting',
      title: 'Looking for the others',
      text: 'You can already add music and write. It reaches the others as soon as they are found.',
    },
    alone: {
      label: 'Alone',
      title: 'You are alone: invite someone',
      text: 'Send the link. Music that you add now is here when they arrive.',
    },
    'no-route': {
      label: 'No route',
      title: 'Others are here, but no way to them was found',
      text: 'Your network or theirs blocks direct connections, and no relay leads there. Try another network, a phone hotspot or without a VPN; Earshot keeps trying.',
    },
    offline: {
      label: 'Offline',
      title: 'You are offline',
      text: 'What is on this device keeps playing. Queue, votes and messages merge when you are back. Someone next to you? “Invite” connects you without internet.',
    },
    relayed: {
      label: 'Relayed',
      title: 'You reach the others through a relay',
      text: 'A network in between blocks direct connections. All works as usual; new tracks take longer to arrive.',
    },
    direct: {
      label: 'Direct',
      title: 'You are connected',
      text: 'Music, words and time come straight from the others.',
    },
    nodeDown: {
      label: 'Node down',
      title: 'The meeting point is out of reach',
      text: 'Everyone here stays connected. Newcomers join by a code until it is back: press “Invite”.',
    },
  },

  listen: {
    listen: 'Listen', // relied on
    alone: 'Nobody else is here yet',
    here: (names: readonly string[], more: number) =>
      more > 0
        ? `${names.join(', ')} and ${more} more are here`
        : `${joinNames(names)} ${names.length === 1 ? 'is' : 'are'} here`,
    hint: 'Starts at the second the room is in.',
    away: 'You stopped your own sound. The room plays on for the others.',
    silent: 'Nothing plays yet. You will hear it as soon as someone adds music.',
  },

  now: {
    region: 'Now playing',
    nothing: 'Nothing is playing',
    nothingHint: 'Drop an audio or video file anywhere on this page.',
    addedBy: (name: string) => `Added by ${name}`,
    fetching: (percent: number, holders: number) =>
      `Fetching ${percent} % from ${holders} ${holders === 1 ? 'listener' : 'listeners'}`,
    missing: (why: string) => `Not here yet: ${why}`,
    actions: {
      play: (name: string) => `${name} pressed play`,
      pause: (name: string) => `${name} paused`,
      seek: (name: string) => `${name} moved the position`,
      skip: (name: string) => `${name} skipped`,
    },
    actionsByMe: { play: 'You pressed play', pause: 'You paused', seek: 'You moved the position', skip: 'You skipped' },
    soundWaiting: 'Waiting for the music to arrive',
    elsewhere: (host: string) => `Plays from ${host}`,
    elsewhereHint: (host: string) => `Each listener loads it from ${host}, which sees their internet addresses`,
  },

  picture: {
    of: (title: string) => `Picture of ${title}`,
    fill: 'Fill the screen',
    shrink: 'Leave full screen',
  },

  remedy: {
    failed: { title: 'This track does not play here', text: 'What you choose changes nothing for the others.' },
    skipped: { title: 'Skipped for you', text: 'The others hear it. You are back with the next track.' },
    doors: { 'other-engine': 'Try another way', skip: 'Skip for me', back: 'Hear it after all' },
  },

  transport: {
    region: 'For everyone',
    position: 'Position', // relied on
    positionText: (at: string, of: string) => `${at} of ${of}`,
    play: 'Play', // relied on
    pause: 'Pause', // relied on
    skip: 'Skip', // relied on
    nothingToPlay: 'Add music first.',
    everyone: 'Everyone hears these controls',
  },

  mine,
  tune,

  queue: {
    title: 'Queue', // relied on
    add: 'Add music', // relied on
    files: 'Add music files', // relied on
    demo: 'Try the demo tracks',
    link: 'Add a link',
    linkField: 'Link to a track',
    linkAdd: 'Add link',
    linkHint:
      'The address of an audio or video file. Where its host allows it, it is copied into the room once. Where not, everyone here plays it from there, and the host sees their internet addresses.',
    elsewhere: (host: string) => `From ${host}`,
    emptyTitle: 'Drop music here',
    emptyText:
      'MP3, M4A, FLAC, Opus, Ogg or WAV, or video as MP4 or WebM. It stays on your devices and goes straight to the others.',
    emptyAfter: 'Nothing waits. Add the next one before the music ends.',
    upNext: 'Up next',
    fixed: 'Starts in a moment',
    vote: (title: string) => `Vote for ${title}`, // relied on
    votes: (count: number) => `${count} ${count === 1 ? 'vote' : 'votes'}`,
    bringNext: (title: string) => `Move ${title} to the front`,
    remove: (title: string) => `Remove ${title}`,
    fetching: (percent: number) => `Fetching ${percent} %`,
    missing: (why: string) => why,
    history: 'History',
    summary: (count: number, length: string) => `${count} ${count === 1 ? 'track' : 'tracks'} · ${length}`,
  },

  imports: {
    reading: (name: string) => `Reading ${name}`,
    cancel: (name: string) => `Cancel ${name}`,
    dismiss: (name: string) => `Dismiss ${name}`,
    failed: (name: string) => `${name} was not added`,
  },

  chat: {
    title: 'Chat', // relied on
    message: 'Message', // relied on
    placeholder: 'Say something',
    send: 'Send', // relied on
    joined: (name: string) => `${name} came in`,
    left: (name: string) => `${name} went out`,
    notices: 'Comings and goings',
    latest: 'Jump to latest',
    earlier: 'Show earlier messages',
    empty: 'No messages yet. Say hello.',
    typing: (names: readonly string[]) =>
      names.length > 2
        ? 'Several people are typing…'
        : `${joinNames(names)} ${names.length === 1 ? 'is' : 'are'} typing…`,
  },

  people: {
    title: 'Listeners', // relied on
    count: (count: number) => `${count} here`,
    you: 'you',
    roles: { founder: 'Founder', host: 'Host', listener: '' },
    listening: 'hears the room',
    notListening: 'sound off',
  },

  sync,

  invite: {
    title: 'Invite people',
    link: 'Link to this room',
    copy: 'Copy link',
    copied: 'Copied',
    share: 'Share…',
    copyFailed: 'The browser did not allow copying. Select the link and copy it yourself.',
    qr: 'QR code of the link',
    texts: {
      public: 'Anyone may come in with this link.',
      unlisted: 'The room is listed nowhere: who has the link comes in.',
      private: 'The link holds the key to the room. Give it only to people you trust.',
    },
  },

  ...{ settings, nodes, byHand, keeping, lobby, listing, moodNames, languageName },

  help: {
    title: 'Keyboard',
    close: 'Close',
    keys: [
      { keys: ['Space', 'K'], text: 'Start or stop the music, for everyone' },
      { keys: ['J', 'L'], text: 'Back or forward 10 seconds, for everyone' },
      { keys: ['←', '→'], text: 'Back or forward 5 seconds, for everyone' },
      { keys: ['N'], text: 'Next track, for everyone' },
      { keys: ['M'], text: 'Mute your own sound' },
      { keys: ['↑', '↓'], text: 'Your own volume' },
      { keys: ['C'], text: 'Write a message' },
      { keys: ['F'], text: 'Full screen' },
      { keys: ['?'], text: 'This page' },
      { keys: ['Esc'], text: 'Close what is open' },
    ],
    mediaTitle: 'Headphones and lock screen',
    mediaKeys:
      'Next and seek are for everyone. Pause is for everyone while you look at the room; in your pocket or behind another tab it stops your own sound only.',
  },

  errors: {
    title: 'This did not work',
    unexpected: 'Something went wrong inside Earshot. Try again; if it stays, reload the page.',
    dismiss: 'Dismiss',
    home: 'Go to the start page',
    again: 'Try again',
    unsupportedTitle: 'Earshot cannot run here',
    linkTitle: 'This link does not lead to a room',
    openTitle: 'The room could not be opened',
    linkUnknown: 'There is no page at this address. Room links look like #/r/ followed by 43 characters.',
    linkLength: (length: number) =>
      `A room’s code has 43 characters, this one has ${length}. It was probably cut off on the way: ask for the link again.`,
    linkSecret:
      'The second part of the link, the key of a private room, is damaged. Ask for the link again and copy all of it.',
    linkInvitation:
      'The room’s part of this link is whole, the invitation code behind it is damaged. Ask for it again and copy all of it.',
    linkBroken: 'The room’s code in this link has a wrong character in it. Ask for the link again and copy all of it.',
    starting: 'Starting…',
  },

  insecure: {
    title: 'One letter is missing: https',
    text: 'This page came over plain http. There, browsers withhold what Earshot is made of: sound in step, storage and encryption. Nothing is wrong with your room or your device.',
    open: 'Open over https',
    orElse: 'If that does not open',
    steps: [
      {
        title: 'You run this node',
        text: 'Stop it and start it again with a certificate of its own. It prints the address, and a code to scan.',
        command: 'npm start -- --tls auto',
      },
      { title: 'You sit at the computer that runs it', text: 'There, this address works without a certificate.' },
      {
        title: 'Someone sent you this link',
        text: 'Ask them for one that begins with https. The rest of it stays the same.',
      },
    ],
  },
} as const

function joinNames(names: readonly string[]): string {
  return new Intl.ListFormat('en', { style: 'long', type: 'conjunction' }).format(names)
}
