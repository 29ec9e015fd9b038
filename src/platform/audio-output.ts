import type { Unsubscribe } from '../domain/scheduler.ts'

/** The loudspeaker, headphones or cable that sound leaves by. */
export interface AudioOutput {
  /** Equal keys mean the same output, after a reload too. Never empty. */
  readonly key: string
  /** As the system names it; null where the browser keeps that to itself. */
  readonly label: string | null
}

export interface AudioOutputs {
  /** The one in use; null where the browser does not tell them apart. */
  current(): Promise<AudioOutput | null>
  /** Devices came, went or were chosen: whichever is in use may be another one. */
  onChange(listener: () => void): Unsubscribe
}

/** Entries that stand for whichever device the system prefers. */
const ALIASES = new Set(['default', 'communications'])

/**
 * What the browser tells of outputs; `devices` is missing on insecure pages. Without leave for the microphone, which Earshot does not
 * ask for, Chromium 156 lists one output without name or id and reports no change: then all outputs are one.
 */
export function browserAudioOutputs(
  devices: Pick<MediaDevices, 'enumerateDevices' | 'addEventListener' | 'removeEventListener'> | undefined,
): AudioOutputs {
  return {
    current: async () => (devices === undefined ? null : defaultOutput(await devices.enumerateDevices())),
    onChange(listener) {
      devices?.addEventListener('devicechange', listener)
      return () => devices?.removeEventListener('devicechange', listener)
    },
  }
}

/**
 * The device behind the system's default. The default's own id is always `default`, and ids of groups last as long as the page; what
 * stays is the id of the device in the default's group, which the browser makes for this site.
 */
function defaultOutput(all: readonly MediaDeviceInfo[]): AudioOutput | null {
  const outputs = all.filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== '')
  const alias = outputs.find(({ deviceId }) => deviceId === 'default')
  const devices = outputs.filter(({ deviceId }) => !ALIASES.has(deviceId))
  const group = devices.filter(({ groupId }) => groupId === alias?.groupId)
  // One box may have several outputs: the default's label ends with the label of the one that it stands for.
  const found =
    group.find(({ label }) => label !== '' && alias?.label.endsWith(label)) ??
    group[0] ??
    (devices.length === 1 ? devices[0] : undefined)
  return found === undefined ? null : { key: found.deviceId, label: found.label === '' ? null : found.label }
}
