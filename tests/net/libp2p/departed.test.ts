import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import { afterEach, expect, it } from 'vitest'
import { reportUncaught } from '../../../src/domain/listeners.ts'
import { forgetDeparted } from '../../../src/net/libp2p/departed.ts'
import { VirtualTime } from '../../../src/net/memory/virtual-time.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const common = { connectionEncrypters: [noise()], streamMuxers: [yamux()] }

async function relayServer() {
  const hub = await createLibp2p({
    ...common,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets()],
    services: { identify: identify(), relay: circuitRelayServer() },
  })
  closing.push(() => hub.stop())
  return hub
}

type Hub = Awaited<ReturnType<typeof relayServer>>

/** Resolves when nothing is under way any more: it has its place, and the relay has asked who it is. */
async function member(hub: Hub) {
  const peer = await createLibp2p({
    ...common,
    addresses: { listen: ['/p2p-circuit'] },
    transports: [webSockets(), circuitRelayTransport()],
    services: { identify: identify() },
  })
  closing.push(() => peer.stop())
  await peer.dial(hub.getMultiaddrs())
  await expect
    .poll(async () => {
      const known = (await hub.peerStore.all()).find(({ id }) => id.equals(peer.peerId))
      return known !== undefined && known.protocols.length > 0 && known.tags.size > 0
    })
    .toBe(true)
  return peer
}

const knownTo = async (hub: Hub): Promise<string[]> => (await hub.peerStore.all()).map(({ id }) => id.toString())

it('[LIB-16] nothing is kept of a member that has gone, even when it was written down a moment later', async () => {
  const [hub, time] = [await relayServer(), new VirtualTime()]
  closing.push(forgetDeparted(hub, time, reportUncaught))
  const { reservations } = hub.services.relay
  const [stays, goes] = [await member(hub), await member(hub)]
  const place = reservations.get(goes.peerId)!
  await goes.stop()
  await expect.poll(() => [...reservations.keys()].map(String)).toEqual([stays.peerId.toString()])
  await expect.poll(() => knownTo(hub)).toEqual([stays.peerId.toString()])

  reservations.set(goes.peerId, place)
  await hub.peerStore.merge(goes.peerId, { tags: { late: { value: 1 } } })
  await time.advance(120_000)
  expect([...reservations.keys()].map(String)).toEqual([stays.peerId.toString()])
  await expect.poll(() => knownTo(hub)).toEqual([stays.peerId.toString()])
})

it('[LIB-16] what cannot be forgotten now is reported, goes the next time, and does not end the relay', async () => {
  const [hub, time] = [await relayServer(), new VirtualTime()]
  const reported: unknown[] = []
  closing.push(forgetDeparted(hub, time, (error) => reported.push(error)))
  const goes = await member(hub)
  const broken = new Error('the store is broken')
  const { peerStore } = hub
  const forget = peerStore.delete.bind(peerStore)
  peerStore.delete = () => Promise.reject(broken)
  await goes.stop()
  await expect.poll(() => reported).toEqual([broken])
  expect(await knownTo(hub)).toEqual([goes.peerId.toString()])

  peerStore.delete = forget
  await time.advance(120_000)
  await expect.poll(() => knownTo(hub)).toEqual([])
  expect(reported).toEqual([broken])
})
