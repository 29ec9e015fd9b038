import { EncodedPacketSink, type InputAudioTrack } from 'mediabunny'

/** Sound that is decoded to find the delay: longer than Opus' longest usual pre-skip (80 ms, RFC 7845). */
const PROBE_S = 0.2
/** Codecs whose decoder carries state from packet to packet. PCM and FLAC come out frame by frame. */
const STATEFUL = new Set(['opus', 'vorbis', 'mp3', 'aac'])

/**
 * Frames that a decoder started at `startS` swallows before its first output. Opus decoders skip the stream's pre-skip and Vorbis
 * decoders the first block wherever they are started, and stamp what follows as if nothing were missing: a late joiner would be
 * 6 to 21 ms early. Rather than know each codec and browser, this decodes a few packets, flushes, and counts. It is the same for
 * all starts within a track. Null at the track's beginning, where the container's stamps already leave out what is skipped.
 */
export async function decoderDelay(track: InputAudioTrack, startS: number, sampleRate: number): Promise<number | null> {
  const codec = await track.getCodec()
  const config = await track.getDecoderConfig()
  if (codec === null || config === null || !STATEFUL.has(codec)) return 0
  const sink = new EncodedPacketSink(track)
  const first = await sink.getPacket(startS)
  if (first === null || (await sink.getFirstPacket())?.timestamp === first.timestamp) return null
  let decoded = 0
  let failure: DOMException | null = null
  const decoder = new AudioDecoder({
    output: (data) => {
      decoded += data.numberOfFrames
      data.close()
    },
    error: (error) => (failure = error),
  })
  try {
    decoder.configure(config)
    let endS = first.timestamp
    for await (const packet of sink.packets(first)) {
      if (failure !== null || packet.timestamp - first.timestamp >= PROBE_S) break
      decoder.decode(packet.toEncodedAudioChunk())
      endS = packet.timestamp + packet.duration
    }
    await decoder.flush()
    return Math.max(0, Math.round((endS - first.timestamp) * sampleRate) - decoded)
  } finally {
    if (decoder.state !== 'closed') decoder.close()
  }
}
