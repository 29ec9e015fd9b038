/**
 * What import needs of mediabunny, loaded on demand as one module: named exports let the bundler leave out the rest
 * (muxers, encoders, HLS), which an import of the whole namespace would bring along.
 */
export {
  ADTS,
  AudioSampleSink,
  BlobSource,
  EncodedPacketSink,
  FLAC,
  Input,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from 'mediabunny'
