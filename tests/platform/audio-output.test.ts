import { describe, expect, it } from 'vitest'
import { browserAudioOutputs } from '../../src/platform/audio-output.ts'

const device = (deviceId: string, groupId: string, label: string, kind = 'audiooutput') =>
  ({ deviceId, groupId, label, kind }) as MediaDeviceInfo

class FakeDevices extends EventTarget {
  list: readonly MediaDeviceInfo[]
  constructor(list: readonly MediaDeviceInfo[]) {
    super()
    this.list = list
  }
  enumerateDevices = (): Promise<MediaDeviceInfo[]> => Promise.resolve([...this.list])
}

const current = (...list: readonly MediaDeviceInfo[]) => browserAudioOutputs(new FakeDevices(list)).current()
const speakers = device('s1', 'g1', 'Speakers (Realtek)')
const headset = device('h1', 'g2', 'Headset')

describe('the output in use', () => {
  it('[OUT-6] is the device in the default’s group, under its lasting id', async () => {
    const byDefault = device('default', 'g2', 'Default - Headset')
    const calls = device('communications', 'g2', 'Communications - Headset')
    const microphone = device('m1', 'g2', 'Headset', 'audioinput')
    expect(await current(microphone, byDefault, calls, speakers, headset)).toEqual({ key: 'h1', label: 'Headset' })
  })

  it('[OUT-6] is told apart by its label where one box has several', async () => {
    const digital = device('d1', 'g1', 'Digital (Realtek)')
    const byDefault = device('default', 'g1', 'Default - Digital (Realtek)')
    expect(await current(byDefault, speakers, digital)).toMatchObject({ key: 'd1' })
  })

  it('[OUT-6] is the only one there is', async () => {
    expect(await current(speakers)).toEqual({ key: 's1', label: 'Speakers (Realtek)' })
    expect(await current(device('s1', '', ''))).toEqual({ key: 's1', label: null })
  })

  it.each<[string, readonly MediaDeviceInfo[]]>([
    ['names nothing (Chromium without leave for the microphone)', [device('', '', '')]],
    ['lists nothing', []],
    ['does not say which is the default', [speakers, headset]],
    ['groups the default with none (Chromium on Linux)', [device('default', 'default', 'Default'), speakers, headset]],
  ])('[OUT-6] is unknown where the browser %s', async (_, list) => {
    expect(await current(...list)).toBeNull()
  })

  it('[OUT-6] is unknown on pages that see no devices', async () => {
    const outputs = browserAudioOutputs(undefined)
    expect(await outputs.current()).toBeNull()
    expect(() => outputs.onChange(() => {})()).not.toThrow()
  })

  it('[OUT-7] may have changed whenever devices did, until nobody asks any more', () => {
    const devices = new FakeDevices([speakers])
    let told = 0
    const stop = browserAudioOutputs(devices).onChange(() => told++)
    devices.dispatchEvent(new Event('devicechange'))
    stop()
    devices.dispatchEvent(new Event('devicechange'))
    expect(told).toBe(1)
  })
})
