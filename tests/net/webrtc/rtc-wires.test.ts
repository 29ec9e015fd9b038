import { describe, expect, it } from 'vitest'
import { channelNames } from '../../../src/net/link.ts'
import { rtcWires } from '../../../src/net/webrtc/rtc-wires.ts'
import type { RtcConnection } from '../../../src/net/webrtc/rtc-connection.ts'

const described = (pair: string) => ({ sdp: `v=0\r\na=fingerprint:sha-256 ${Array(32).fill(pair).join(':')}\r\n` })

/** A connection of which the test says what has happened to it, and in which order. */
function begin() {
  const channel = () => Object.assign(new EventTarget(), { readyState: 'connecting' })
  const peerConnection = Object.assign(new EventTarget(), {
    signalingState: 'have-local-offer',
    localDescription: described('AA'),
    remoteDescription: null as { sdp: string } | null,
  })
  const control = channel()
  const channels = Object.fromEntries(channelNames.map((name) => [name, channel()]))
  const told: (string | null)[] = []
  const connection = { peerConnection, control, channels } as unknown as RtcConnection
  rtcWires(connection).onOpen((binding) => told.push(binding && new TextDecoder().decode(binding)))
  const open = (...some: ReturnType<typeof channel>[]): void => {
    for (const one of some) one.readyState = 'open'
    for (const one of some) one.dispatchEvent(new Event('open'))
  }
  return {
    told,
    openControl: () => open(control),
    openOthers: () => open(...Object.values(channels)),
    agree: (...sdp: string[]) => {
      Object.assign(peerConnection, { signalingState: 'stable', remoteDescription: { sdp: sdp.join('') } })
      peerConnection.dispatchEvent(new Event('signalingstatechange'))
    },
  }
}

describe('rtc wires', () => {
  it('[RTC-5] are open once all channels are and the descriptions are known, in whichever order a busy browser tells', () => {
    const usual = begin()
    usual.agree(described('BB').sdp)
    usual.openOthers()
    expect(usual.told).toEqual([])
    usual.openControl()
    const late = begin()
    late.openControl()
    late.openOthers()
    expect(late.told).toEqual([])
    late.agree(described('BB').sdp)
    for (const { told } of [usual, late]) expect(told).toEqual([expect.stringMatching(/^AA(:AA)* BB(:BB)*$/)])
    expect(late.told).toEqual(usual.told)
  })

  it('[RTC-5] that are described with two certificates have no name', () => {
    const wires = begin()
    wires.agree(described('BB').sdp, described('CC').sdp)
    wires.openControl()
    wires.openOthers()
    expect(wires.told).toEqual([null])
  })
})
