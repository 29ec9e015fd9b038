import type { AppPort } from './app/app-port.ts'
import { diagnose } from './app/diagnostics.ts'
import { Home } from './app/home.ts'
import { Lobby } from './app/lobby.ts'
import { openNodes } from './app/nodes.ts'
import type { RoomPort } from './app/room-view.ts'
import { Announcer } from './app/session/announcer.ts'
import { Conduct } from './app/session/conduct.ts'
import { meetIn } from './app/session/by-hand.ts'
import { Keepers } from './app/session/keepers.ts'
import { rememberListening } from './app/session/listening.ts'
import { RoomMediaKeys } from './app/session/media-keys.ts'
import { Onset } from './app/session/onset.ts'
import { OwnSound } from './app/session/own-sound.ts'
import { RoomCommands } from './app/session/room-commands.ts'
import { RoomSession } from './app/session/room-session.ts'
import { Settings } from './app/settings.ts'
import { isEpochId, type EpochId } from './clock/epoch.ts'
import { parseRoomFragment, type RoomAddress } from './domain/address.ts'
import { EarshotError, RoomLinkError } from './domain/errors.ts'
import type { PeerId, RoomId } from './domain/ids.ts'
import type { Taste } from './domain/lobby/taste.ts'
import { mayAskKeeper } from './domain/permissions.ts'
import type { Unsubscribe } from './domain/scheduler.ts'
import { importLink } from './media/import-link.ts'
import { measureInWorker } from './media/loudness-in-worker.ts'
import { MediaLibrary } from './media/media-library.ts'
import { ClockService } from './net/clock-service.ts'
import { KeptRoom } from './net/keep/kept-room.ts'
import { keepToken } from './net/keep/token.ts'
import { LobbyClients } from './net/lobby/lobby-clients.ts'
import { atPath } from './domain/urls.ts'
import { createWebRtcTransport } from './net/webrtc/transport.ts'
import { openAnswerDesk } from './platform/answer-desk.ts'
import { askNode } from './platform/ask-node.ts'
import { browserAudioOutputs } from './platform/audio-output.ts'
import { demoFiles } from './platform/demo-crate.ts'
import { followIceServers } from './platform/ice-servers.ts'
import { askWhetherNodeKeeps } from './platform/keeping-node.ts'
import { openIdentityStore } from './platform/identity-store.ts'
import { probeMedia } from './platform/media-probe.ts'
import { openKeyValue } from './platform/key-value.ts'
import { openSystemMedia } from './platform/media-session.ts'
import { otherNodes } from './platform/other-nodes.ts'
import { openOtherTabs } from './platform/other-tabs.ts'
import { openPieceStore, persistStorage } from './platform/piece-store-opfs.ts'
import { eraseReplicaStore, openReplicaStore } from './platform/replica-store.ts'
import { openFromFiles } from './platform/element-source.ts'
import { keepAppOffline } from './platform/offline-app.ts'
import { askPlace } from './platform/place.ts'
import { realScheduler } from './platform/scheduler.ts'
import { createWebCrypto, loadOrCreateIdentity } from './platform/webcrypto.ts'
import { CardReader } from './replica/card-codec.ts'
import { Presence } from './replica/presence.ts'
import { Replica } from './replica/replica.ts'
import './ui/earshot-app.ts'

/** Listens this long for somebody else's time before trusting the own wall clock; a founder knows that nobody else is there. */
const SETTLE_ALONE_MS = 3_000
const SETTLE_FOUNDER_MS = 0

/** libp2p is fetched and started so long after a room was opened, ms: it must not delay the first sound. */
const SECOND_NETWORK_AFTER_MS = 2_000

/** What went wrong and stops nothing: for whoever opens the console. */
const onProblem = (problem: unknown): void => console.warn(problem)

/** The one place where floors meet: makes every part and hands it to those that need it. */
async function createApp(): Promise<AppPort> {
  const scheduler = realScheduler()
  const random = Math.random
  const crypto = await createWebCrypto()
  const signer = await loadOrCreateIdentity(openIdentityStore())
  const settings = new Settings(openKeyValue('earshot-settings'), signer.peer)
  const pieces = await openPieceStore()
  const founded = new Set<RoomId>()
  const nodes = await openNodes({
    ...{ own: location.origin.replace(/^http/, 'ws'), secure: location.protocol === 'https:' },
    ...{ settings, tabs: openOtherTabs('nodes'), onProblem },
  })
  const openSocket = (url: string): WebSocket => new WebSocket(url)
  const web = { fetch: fetch.bind(globalThis), probe: probeMedia(scheduler), isSecure: location.protocol === 'https:' }
  /** What a connection to a node's `path` tells of it. */
  const heardAt = (path: string) => (url: string, reached: boolean) => nodes.heard(url.slice(0, -path.length), reached)
  const onUnload = (task: () => void): Unsubscribe => {
    addEventListener('pagehide', task)
    return () => removeEventListener('pagehide', task)
  }
  /** What every network of this page stands on. Its session tells them that two links lead to one page. */
  const network = { crypto, scheduler, random, onUnload, session: crypto.randomBytes(16) }
  const ice = followIceServers({ scheduler, nodes, ask: (node) => askNode(node, '/ice') })
  const transport = createWebRtcTransport({
    ...{ ...network, ice: ice.current, RTCPeerConnection, onReach: heardAt('/signal') },
    signalUrls: atPath(nodes, '/signal'),
  })
  const answerDesk = openAnswerDesk(scheduler)

  /** The second network, fetched only once the room is usable by the first. */
  async function joinOverLibp2p(session: RoomSession): Promise<void> {
    const { createBrowserLibp2pTransport } = await import('./net/libp2p/browser.ts')
    const otherRelays = () => otherNodes(nodes.urls, (node) => askNode(node, '/nodes'))
    session.joinOver(createBrowserLibp2pTransport({ ...network, ice: ice.current, relayUrls: nodes, otherRelays }))
  }

  const home = new Home({
    settings,
    profile: await settings.profile(),
    scheduler,
    async foundRoom(options) {
      const { address, replica } = await Replica.found({
        ...options,
        ...{ control: 'everyone', signer, crypto, scheduler, random },
        roomNow: () => scheduler.wallMs(),
        storeFor: openReplicaStore,
        onProblem,
      })
      await replica.close()
      founded.add(address.room)
      // Whoever founds a room means to come back: ask that the browser keep it. A refusal changes nothing.
      void persistStorage()
      return address
    },
    eraseRoom: eraseReplicaStore,
  })

  async function openRoom(address: RoomAddress): Promise<RoomPort> {
    const { createRoomPlayer } = await import('./player/room-player.ts')
    await ice.asked
    const profile = await settings.profile()
    const people: { current: Presence | null } = { current: null }
    const clock = new ClockService({
      me: signer.peer,
      scheduler,
      random,
      census: () => epochsOf(people.current),
      foundAfterMs: founded.has(address.room) ? SETTLE_FOUNDER_MS : SETTLE_ALONE_MS,
    })
    const { roomTime } = clock
    const replica = await Replica.open({
      address,
      store: openReplicaStore(address.room),
      signer,
      crypto,
      scheduler,
      random,
      roomNow: () => roomTime.at(),
      onProblem,
    })
    await replica.ready.catch((error: unknown) => {
      clock.close()
      throw error
    })
    const initial = {
      ...profile,
      listening: false,
      typing: false,
      joinedAtMs: roomTime.at(),
      neighbours: 0,
      epoch: null,
      readyMs: 0,
    }
    const presence = await Presence.open({ address, signer, crypto, scheduler, initial, onProblem })
    people.current = presence
    const conduct = new Conduct(scheduler)
    const media = new MediaLibrary({
      store: pieces,
      crypto,
      scheduler,
      random,
      onMisbehaviour: conduct.report,
      onProblem,
      measureLoudness: measureInWorker,
    })
    const player = createRoomPlayer({ roomTime, scheduler, open: openFromFiles(media) })
    const onset = new Onset(player, scheduler)
    const session = new RoomSession({
      address,
      base: location.origin + location.pathname,
      ...{ signer, scheduler, random, conduct, replica, presence, clock, media, player, onset },
      transports: [transport],
      sound: new OwnSound({
        player,
        outputs: browserAudioOutputs(navigator.mediaDevices),
        settings: await settings.sound(),
        save: (sound) => settings.saveSound(sound),
        onProblem,
      }),
      remember: (room) => settings.rememberRoom(room),
      onProblem,
    })
    const joinFurther = (): void => void joinOverLibp2p(session).catch(onProblem)
    // Where the first network leads to nobody, the second one is what brings the sound.
    scheduler.after(SECOND_NETWORK_AFTER_MS, () => (session.links.size > 0 ? onset.after(joinFurther) : joinFurther()))
    const keeping = new Keepers({
      ...{ nodes, settings, crypto, onProblem, room: address.room },
      keeps: (node) => askWhetherNodeKeeps(() => askNode(node, '/keep')),
      open: (node) => openKeptRoom(node, address, replica),
      mayKeep: () => mayAskKeeper(session.state(), signer.peer),
    })
    exposeDiagnostics(() => diagnose(session))
    const system = openSystemMedia()
    const room: RoomPort = new RoomCommands({
      ...{ session, settings, profile, keeping, demoFiles, byHand: meetIn(session, answerDesk) },
      importLink: (address, options) =>
        importLink(address, { ...web, importFile: (file, then) => media.importFile(file, then) }, options),
      onListen: () => system.wake(),
      onLeave(left) {
        keys.close()
        exposeDiagnostics(() => null)
        stopRemembering()
        leaving = Promise.all([announcer.close(), left, keeping.close()]).catch(() => undefined) // told to whoever left
      },
    })
    const announcer = new Announcer({
      ...{ room: session, signer, scheduler, onProblem },
      genesis: () => replica.copy.genesis(address.room),
      connect: () => lobbyClients(),
    })
    const taste = { load: () => settings.taste(), save: (heard: Taste) => settings.saveTaste(heard) }
    const stopRemembering = rememberListening({ ...taste, room: session, onProblem })
    const isInFront = (): boolean => document.visibilityState === 'visible'
    const keys = new RoomMediaKeys({ room, system, scheduler, isInFront, onProblem })
    return room
  }

  /** The room at a node that keeps rooms. */
  const openKeptRoom = async (node: string, address: RoomAddress, replica: Replica): Promise<KeptRoom> =>
    new KeptRoom({
      url: `${node}/keep`,
      token: await keepToken(address, crypto),
      room: address.secret === undefined ? address.room : undefined,
      me: signer.peer,
      ...{ replica, scheduler, random, onProblem },
      openSocket,
    })

  const lobbyClients = (onCard?: (bytes: Uint8Array, node: string) => void): LobbyClients =>
    new LobbyClients({
      ...{ urls: atPath(nodes, '/lobby'), onReach: heardAt('/lobby'), openSocket, scheduler, random },
      ...(onCard === undefined ? {} : { onCard }),
    })
  const lobby = new Lobby({
    scheduler,
    reader: new CardReader(crypto),
    connect(onCard) {
      const clients = lobbyClients(onCard)
      return () => clients.close()
    },
    taste: () => settings.taste(),
    askPlace: () => askPlace(navigator.geolocation),
    hour: () => new Date(scheduler.wallMs()).getHours(),
    onProblem,
  })

  let leaving: Promise<unknown> = Promise.resolve()
  return {
    home,
    lobby,
    nodes,
    askPlace: () => askPlace(navigator.geolocation),
    handOver: (code) => answerDesk.hand(code),
    scheduler,
    random,
    async openRoom(fragment) {
      const address = parseRoomFragment(fragment)
      if (address === null) throw new RoomLinkError('This is not the whole of a room’s link. Ask for it once more.')
      // One room at a time: the one before must have left the network.
      await leaving
      return openRoom(address)
    },
  }
}

/** Whose clock belongs to which epoch, as far as presence tells. */
const epochsOf = (presence: Presence | null): ReadonlyMap<PeerId, EpochId> =>
  new Map([...(presence?.people ?? [])].flatMap(([peer, { epoch }]) => (isEpochId(epoch) ? [[peer, epoch]] : [])))

/** `earshot.diagnostics()` in the page's console. */
function exposeDiagnostics(diagnostics: () => unknown): void {
  Object.assign(globalThis, { earshot: { diagnostics } })
}

async function start(): Promise<void> {
  exposeDiagnostics(() => null)
  const app = document.querySelector('earshot-app')
  if (app === null) throw new Error('the page lacks its <earshot-app>')
  try {
    app.port = await createApp()
  } catch (error) {
    if (!(error instanceof EarshotError)) throw error
    app.problem = error
  }
  keepAppOffline(realScheduler(), onProblem)
}

await start()
