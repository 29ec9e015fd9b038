import { yamux, type YamuxMuxerInit } from '@chainsafe/libp2p-yamux'

type Muxer = ReturnType<ReturnType<ReturnType<typeof yamux>>['createStreamMuxer']>
type Stream = Muxer['streams'][number]

/**
 * Bytes that a stream reads before it tells the other side that it may send as many again. Half of the smallest window that there is: yamux
 * begins with 256 KiB, and no side may ask for less. So whoever sends has half a window left at least, and never waits for an answer that
 * does not come.
 */
const toldFromBytes = 128 * 1024

/**
 * libp2p's yamux, of which no stream answers each message that it reads with a window update, as libp2p's does: over a circuit that is a
 * message more on both layers, encrypted twice, through the relay, for each one that was said. What a stream takes in without having read it
 * stays as it is, and so does the growth of its window, which is looked at whenever it tells.
 */
export function thriftyYamux(init: YamuxMuxerInit = {}): ReturnType<typeof yamux> {
  const create = yamux(init)
  return () => {
    const factory = create()
    const createStreamMuxer = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection) => thriftyMuxer(createStreamMuxer(connection))
    return factory
  }
}

function thriftyMuxer(muxer: Muxer): Muxer {
  const onCreateStream = muxer.onCreateStream.bind(muxer)
  const onRemoteStream = muxer.onRemoteStream.bind(muxer)
  muxer.onCreateStream = () => thriftyStream(onCreateStream())
  muxer.onRemoteStream = (stream) => onRemoteStream(thriftyStream(stream))
  return muxer
}

function thriftyStream(stream: Stream): Stream {
  const handleData = stream.handleData.bind(stream)
  const sendWindowUpdate = stream.sendWindowUpdate.bind(stream)
  // The first one opens the stream, or says that it is open.
  let untoldBytes = Infinity
  stream.handleData = (frame) => {
    untoldBytes += frame.header.length
    handleData(frame)
  }
  stream.sendWindowUpdate = () => {
    if (untoldBytes < toldFromBytes) return
    // While it is paused nothing is told: what has come then is due when it goes on.
    if (stream.readStatus !== 'paused') untoldBytes = 0
    sendWindowUpdate()
  }
  return stream
}
