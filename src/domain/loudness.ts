import { limits } from './limits.ts'

/** How loud a track is, as it leaves two loudspeakers: measured by whoever added it, signed with its entry. */
export interface Loudness {
  /** Integrated loudness, LUFS (ITU-R BS.1770-4, EBU R 128). */
  readonly integratedLufs: number
  /** Largest sample, dB relative to full scale; lossy files may go beyond 0. */
  readonly peakDbfs: number
}

/**
 * Where every track is brought to, LUFS: what AES TD1008 recommends for streamed music (and Apple's Sound Check does). Nearly all
 * recordings of the last decades are louder, so that they are turned down only, which never distorts; -14 would already need
 * room above the peaks of many older ones.
 */
export const TARGET_LUFS = -16
/** Kept free above the largest sample of a track that is turned up: the wave between samples may rise above them. */
const HEADROOM_DB = 1
const DECIMALS = 100

/** What was measured, as a record holds it: within `limits`, in steps of 0.01. Null for silence and nonsense. */
export function tidyLoudness(integratedLufs: number, peakDbfs: number): Loudness | null {
  if (!Number.isFinite(integratedLufs) || !Number.isFinite(peakDbfs)) return null
  if (integratedLufs < limits.loudnessMinLufs || peakDbfs < limits.peakMinDbfs) return null
  return {
    integratedLufs: Math.round(Math.min(integratedLufs, limits.loudnessMaxLufs) * DECIMALS) / DECIMALS,
    // Never told smaller than it is: the gain that may be given depends on it.
    peakDbfs: Math.ceil(Math.min(peakDbfs, limits.peakMaxDbfs) * DECIMALS) / DECIMALS,
  }
}

/**
 * Factor that brings a track to `TARGET_LUFS`, as far as its peak allows without clipping, from `-levelCutDb` to `levelBoostDb`.
 * 1 when nobody knows how loud it is. Whatever a record claims, the result lies within these bounds.
 */
export function levellingGain(loudness: Loudness | undefined): number {
  if (loudness === undefined) return 1
  const { integratedLufs, peakDbfs } = loudness
  // Peaks beyond full scale come down to it; a track that only touches it keeps its level.
  const allowedDb = peakDbfs > 0 ? -peakDbfs : Math.max(0, -HEADROOM_DB - peakDbfs)
  const wishedDb = Math.min(TARGET_LUFS - integratedLufs, allowedDb)
  return 10 ** (Math.max(-limits.levelCutDb, Math.min(limits.levelBoostDb, wishedDb)) / 20)
}
