import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { Crowd, type Client } from './crowd.ts'
import type { ServerProcess } from './server.ts'

/** What two browsers say until they are linked: an offer to all, an answer, and seven candidates from each; characters of sealed base64. */
const MEETING: readonly { readonly chars: number; readonly everyone: boolean }[] = [
  { chars: 4_000, everyone: true },
  { chars: 4_000, everyone: false },
  ...Array.from({ length: 14 }, () => ({ chars: 600, everyone: false })),
]
/** Members of a room that meet there: as many as a peer has neighbours. */
const ROOM = 12

const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.ceil(part * sorted.length) - 1] ?? NaN
const round = (value: number, digits = 1): number => Number(value.toFixed(digits))

/** Opens `count` connections that then do nothing. KB per connection is what the process has grown by. */
export async function idleConnections(
  server: ServerProcess,
  count: number,
): Promise<{ connections: number; kbPerConnection: number }> {
  const before = await restingRssKb(server)
  const crowd = await Crowd.gather(server.url, count, 4)
  const after = await restingRssKb(server)
  crowd.leave()
  return { connections: crowd.all.length, kbPerConnection: round((after - before) / crowd.all.length) }
}

/** The least of what is seen in some seconds after a collection: garbage is no memory of a connection. */
export async function restingRssKb(server: ServerProcess): Promise<number> {
  await sleep(1_000)
  await server.collectGarbage()
  let least = Infinity
  for (let i = 0; i < 8; i++) {
    await sleep(500)
    least = Math.min(least, await server.rssKb())
  }
  return least
}

/** Signals that reach their addressee per second of the server's processor time, in rooms of 12 that meet as fast as the server lets them. */
export async function throughput(
  server: ServerProcess,
  seconds: number,
): Promise<{ signalsPerSecond: number; lost: number }> {
  const crowd = await Crowd.gather(server.url, 10 * ROOM, ROOM, 'meeting')
  let [sent, arrived, running] = [0, 0, true]
  for (const room of crowd.rooms) {
    for (const [i, client] of room.entries()) {
      const next = (step: number): void => {
        const { chars, everyone } = MEETING[step % MEETING.length]!
        // Each member talks to the others in turn; the next signal leaves when this one has arrived.
        const to = room[(i + 1 + (step % (room.length - 1))) % room.length]!
        sent += 1
        client.send(to, client.id * 1_000 + (step % 1_000), chars, everyone)
      }
      client.onSignal = (signal) => {
        arrived += 1
        const from = crowd.all[Math.floor(signal / 1_000)]
        if (running && from !== undefined) continuations.get(from)?.((signal % 1_000) + 1)
      }
      continuations.set(client, next)
    }
  }
  const startCpu = await server.cpuSeconds()
  for (const client of crowd.all) continuations.get(client)?.(0)
  await sleep(seconds * 1_000)
  const [cpu, within] = [(await server.cpuSeconds()) - startCpu, arrived]
  running = false
  await until(() => arrived === sent)
  crowd.leave()
  return { signalsPerSecond: Math.round(within / cpu), lost: sent - arrived }
}
const continuations = new WeakMap<Client, (step: number) => void>()

/** From sending to arriving, ms, at a rate that any server can bear, while `meanwhile` happens. */
export async function latency(
  server: ServerProcess,
  {
    perSecond,
    seconds,
    crowd,
    meanwhile,
  }: { perSecond: number; seconds: number; crowd: Crowd; meanwhile?: () => Promise<unknown> },
): Promise<{ p50Ms: number; p99Ms: number; lost: number }> {
  const sentAtMs = new Map<number, number>()
  const latencies: number[] = []
  for (const client of crowd.all)
    client.onSignal = (signal) => {
      const at = sentAtMs.get(signal)
      if (at !== undefined) latencies.push(performance.now() - at)
      sentAtMs.delete(signal)
    }
  const deed = meanwhile?.()
  const startMs = performance.now()
  let sent = 0
  while (performance.now() - startMs < seconds * 1_000) {
    const due = Math.floor(((performance.now() - startMs) / 1_000) * perSecond)
    for (; sent < due; sent++) {
      const room = crowd.rooms[sent % crowd.rooms.length]!
      const [from, to] = [room[sent % room.length]!, room[(sent + 1) % room.length]!]
      const { chars, everyone } = MEETING[sent % MEETING.length]!
      sentAtMs.set(sent, performance.now())
      from.send(to, sent, chars, everyone)
    }
    await sleep(2)
  }
  await until(() => sentAtMs.size === 0 || !server.alive)
  await deed
  latencies.sort((a, b) => a - b)
  return {
    p50Ms: round(percentile(latencies, 0.5), 2),
    p99Ms: round(percentile(latencies, 0.99), 2),
    lost: sentAtMs.size,
  }
}

/** What somebody does to a server while others talk, and what they notice of it. */
export interface Ordeal {
  readonly alive: boolean
  readonly p99Ms: number
  readonly lost: number
  readonly grewMb: number
}

const deeds: Readonly<Record<string, (url: string) => Promise<void>>> = {
  /** Sends one frame that is no JSON. */
  async malformed(url) {
    const socket = await openSocket(url)
    socket.send('{"type":"publish","topic":')
    await sleep(1_000)
    socket.terminate()
  },
  /** Stops reading while its room is told 120 MB. */
  async slowReader(url) {
    const crowd = await Crowd.gather(url, 2, 2, 'slow')
    const [talker, sleeper] = crowd.all as [Client, Client]
    sleeper.socket.pause()
    for (let i = 0; i < 2_000; i++) {
      talker.send(sleeper, 0, 60_000)
      while (talker.socket.bufferedAmount > 1e6 && talker.socket.readyState === WebSocket.OPEN) await sleep(1)
    }
    await sleep(500)
    crowd.leave()
  },
  /** Sends 200,000 pings of the protocol as fast as it can. */
  async flood(url) {
    const socket = await openSocket(url)
    for (let i = 0; i < 200_000 && socket.readyState === WebSocket.OPEN; i++) {
      socket.send('{"type":"ping"}')
      if (i % 1_000 === 0) await sleep(1)
    }
    socket.terminate()
  },
}

/** Lets `deed` happen while rooms of well-behaved clients talk. */
export async function ordeal(server: ServerProcess, deed: keyof typeof deeds, seconds: number): Promise<Ordeal> {
  const crowd = await Crowd.gather(server.url, 10 * 4, 4, 'honest')
  const before = await server.rssKb()
  let most = before
  const watch = setInterval(() => {
    if (server.alive)
      void server.rssKb().then(
        (kb) => (most = Math.max(most, kb)),
        () => {},
      ) // gone meanwhile: `alive` tells
  }, 100)
  const { p99Ms, lost } = await latency(server, {
    ...{ perSecond: 200, seconds, crowd },
    meanwhile: () => deeds[deed]!(server.url),
  })
  clearInterval(watch)
  crowd.leave()
  return { alive: server.alive, p99Ms, lost, grewMb: round((most - before) / 1_024) }
}

/** `count` clients come at one instant, as after a restart, while others talk. */
export async function reconnects(
  server: ServerProcess,
  count: number,
): Promise<{ returned: number; ms: number; lost: number }> {
  const crowd = await Crowd.gather(server.url, 10 * 4, 4, 'honest')
  let [returned, ms] = [0, 0]
  const { lost } = await latency(server, {
    ...{ perSecond: 200, seconds: 3, crowd },
    async meanwhile() {
      const startMs = performance.now()
      const comers = await Crowd.gather(server.url, count, 4, 'comers', count)
      ms = performance.now() - startMs
      returned = comers.all.length
      comers.leave()
    },
  })
  crowd.leave()
  return { returned, ms: Math.round(ms), lost }
}

async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  socket.on('error', () => {}) // being cut off is what is measured
  await new Promise((resolve, reject) => socket.once('open', resolve).once('close', reject))
  return socket
}

/** At most 10 s: what has not come by then is lost. */
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !condition(); i++) await sleep(10)
}
