import { afterEach, describe, expect, it } from 'vitest'
import { createHost, type Host } from '../../../src/net/libp2p/host.ts'
import { MeetingPoints } from '../../../src/net/libp2p/meeting-points.ts'
import { realScheduler } from '../../../src/platform/scheduler.ts'
import { startRelay } from '../../support/relay.ts'
import { UrlList } from '../../support/url-list.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Waits a fiftieth of what it is told to. */
const hasty = { ...realScheduler(), after: (ms: number, task: () => void) => realScheduler().after(ms / 50, task) }

async function meet(url: string, prepare: (host: Host) => unknown = () => {}): Promise<Host> {
  const host = await createHost(null)
  await prepare(host)
  const urls = new UrlList(url)
  const points = new MeetingPoints({ urls, host, scheduler: hasty, random: () => 0.5, onChange: () => {} })
  closing.push(async () => {
    points.stop()
    await host.stop()
  })
  return host
}

const isCallable = (host: Host): boolean =>
  host.getMultiaddrs().some((address) => address.toString().includes('circuit'))

describe('a relay that did not give all at once', () => {
  it('[LIB-18] is asked again what it speaks, and for a place', async () => {
    const relay = await startRelay({ limits: { reservations: 1 } })
    closing.push(() => relay.close())
    const first = await meet(relay.url)
    await expect.poll(() => isCallable(first)).toBe(true)
    let asked = 0
    const second = await meet(relay.url, (host) => {
      const { identify } = host.services
      const ask = identify.identify.bind(identify)
      // As when the answer to the first question comes too late, at both ends.
      identify.identify = (connection) => (asked++ === 0 ? Promise.reject(new Error('too late')) : ask(connection))
      return host.unhandle('/ipfs/id/1.0.0')
    })
    await expect.poll(() => second.services.pubsub.getPeers().map(String)).toEqual([relay.peer])
    expect([asked > 1, isCallable(second), relay.counts.reservations]).toEqual([true, false, 1])
    await first.stop()
    await expect.poll(() => isCallable(second)).toBe(true)
  })
})
