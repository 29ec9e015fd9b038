import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { describe, expect, it } from 'vitest'
import { createHost } from '../../../src/net/libp2p/host.ts'
import { addressOfUrl } from '../../../src/net/libp2p/meeting-point.ts'
import { outboundSockets } from '../../../src/net/libp2p/outbound-sockets.ts'
import { startRelay } from '../../support/relay.ts'

describe('WebSockets to a relay', () => {
  it('[LIB-15] are closed when they do not open in time', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const host = await createLibp2p({ transports: [outboundSockets({}, 200)], connectionEncrypters: [noise()] })
    // Accepts, and never answers the handshake.
    const accepted = once(server, 'connection') as Promise<[Socket]>
    const dial = host.dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}/ws`)).catch((error: unknown) => error)
    const [socket] = await accepted
    socket.on('error', () => {}).resume()
    await once(socket, 'close')
    expect(await dial).toBeInstanceOf(Error)
    await host.stop()
    server.close()
  })

  it('[LIB-22] carry what is small in one message, not its length apart, both ways', async () => {
    const sizes = { there: [] as number[], back: [] as number[] }
    const relay = await startRelay({}, 0, (socket) => {
      socket.on('message', (data: ArrayBuffer) => sizes.there.push(data.byteLength))
      const send = socket.send.bind(socket) as (data: Uint8Array) => void
      socket.send = (data: Uint8Array) => {
        sizes.back.push(data.byteLength)
        send(data)
      }
    })
    const host = await createHost(null)
    const connection = await host.dial(addressOfUrl(relay.url))
    await expect.poll(() => host.getMultiaddrs().length + host.services.pubsub.getPeers().length).toBeGreaterThan(0)
    await connection.newStream('/nobody/knows/1').catch((error: unknown) => error)
    await host.stop()
    await relay.close()
    for (const direction of [sizes.there, sizes.back]) {
      expect(direction.length).toBeGreaterThan(5)
      // A length is two bytes in Noise, and one in what is said before Noise.
      expect(Math.min(...direction)).toBeGreaterThan(2)
    }
  })
})
