import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { describe, expect, it } from 'vitest'
import { outboundSockets } from '../../../src/net/libp2p/outbound-sockets.ts'

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
})
