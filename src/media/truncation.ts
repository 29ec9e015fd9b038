import { EncodedPacketSink, type InputAudioTrack } from 'mediabunny'
import type { Tail } from './packet-walk.ts'

/** Headers and packets of whole files differ by less: encoder delay, rounding, a last packet without a length. */
const TOLERANCE_SECONDS = 0.5
/** RIFF sizes that mean "unknown": written by recorders that never came back to fill them in. */
const UNKNOWN_SIZES = new Set([0, 0xffff_ffff, 0x7fff_ffff])

/** Whether a file ends before its own headers say so; `tail` shows its end. */
export async function isCutOff(file: Blob, track: InputAudioTrack, tail: Tail): Promise<boolean> {
  const head = new DataView(await file.slice(0, 12).arrayBuffer())
  if (head.byteLength === 12 && head.getUint32(0) === fourCc('RIFF')) {
    const declared = head.getUint32(4, true)
    // Some writers leave out a padding byte or round up: a few bytes cut nobody's music.
    return !UNKNOWN_SIZES.has(declared) && declared + 8 > file.size + 64
  }
  const last = await new EncodedPacketSink(tail.track).getPacket(Infinity)
  // Tables that stand in front (MP4) name packets beyond the file's end: those come back empty.
  if (last === null) return true
  const isMp3 = (await track.getCodec()) === 'mp3'
  // Without a Xing header, an MP3's length is a guess from its first frame and its size: no promise that could be broken.
  if (isMp3 && !(await hasXingHeader(file))) return false
  const declared = await track.getDurationFromMetadata()
  return declared !== null && declared - (tail.startS + last.timestamp + last.duration) > TOLERANCE_SECONDS
}

/** Whether an MP3 begins with the frame that counts its frames (Xing, or Info for constant rates). */
async function hasXingHeader(file: Blob): Promise<boolean> {
  const head = new DataView(await file.slice(0, 10).arrayBuffer())
  let start = 0
  if (head.byteLength === 10 && head.getUint32(0) >>> 8 === fourCc('\0ID3')) {
    // ID3v2, 3.1: four bytes of seven bits each, without the header's own ten.
    for (let i = 6; i < 10; i++) start = start * 128 + (head.getUint8(i) & 0x7f)
    start += 10
  }
  const bytes = new Uint8Array(await file.slice(start, start + 4_096).arrayBuffer())
  const text = String.fromCharCode(...bytes)
  return text.includes('Xing') || text.includes('Info')
}

const fourCc = (text: string): number => [...text].reduce((code, char) => code * 256 + char.charCodeAt(0), 0)
