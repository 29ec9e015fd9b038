import { noise } from '@chainsafe/libp2p-noise'

type Encrypter = ReturnType<ReturnType<typeof noise>>
type Secured = Awaited<ReturnType<Encrypter['secureOutbound']>>

/** What stands in front of each message of Noise. */
const lengthBytes = 2

interface Bytes {
  readonly byteLength: number
}

/** How libp2p's Noise cuts what comes into messages (`LengthPrefixedDecoder`). */
interface Reading {
  readonly decoder: { lengthDecoder(bytes: Bytes): number }
}

const reads = (connection: object): connection is Reading =>
  'decoder' in connection &&
  typeof connection.decoder === 'object' &&
  connection.decoder !== null &&
  'lengthDecoder' in connection.decoder

/**
 * libp2p's Noise, which does not throw at the end of what has come. Its reader looks for one more length after each message, and learns by an
 * exception that there is none yet: making and catching that took as long as anything else that a relay does with a message.
 */
export const quietNoise: typeof noise = (init) => {
  const create = noise(init)
  return (components) => {
    const encrypter = create(components)
    const secureOutbound = encrypter.secureOutbound.bind(encrypter)
    const secureInbound = encrypter.secureInbound.bind(encrypter)
    encrypter.secureOutbound = async (connection, options) => quiet(await secureOutbound(connection, options))
    encrypter.secureInbound = async (connection, options) => quiet(await secureInbound(connection, options))
    return encrypter
  }
}

/** Where not even a length has come, 0 says the same: with its length in front, such a message would be longer than what is there. */
function quiet(secured: Secured): Secured {
  const { connection } = secured
  if (!reads(connection)) return secured
  const { decoder } = connection
  const { lengthDecoder } = decoder
  decoder.lengthDecoder = (bytes) => (bytes.byteLength < lengthBytes ? 0 : lengthDecoder(bytes))
  return secured
}
