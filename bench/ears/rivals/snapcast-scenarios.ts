import { setTimeout as wait } from 'node:timers/promises'
import { asked } from '../asked.ts'
import { ownCards } from '../rig/own-cards.ts'
import type { Rig } from '../rig/rig.ts'
import { sharedCard } from '../rig/shared-card.ts'
import { skewOutcome, type Bench, type Scenario } from '../scenario.ts'
import { APART_PPM } from '../scenarios/cards.ts'
import { freezeOutcome, freezeRounds } from '../scenarios/freeze.ts'
import { lateOutcome, lateRounds } from '../scenarios/late.ts'
import { listenTo } from '../scenarios/steady.ts'
import { Snapcast } from './snapcast.ts'

const NOTE = 'native, with a server; measured in this run, over the same rig'

async function setUp(bench: Bench, rig: Rig): Promise<Snapcast> {
  bench.onEnd(() => rig.close())
  const snapcast = await Snapcast.start(rig)
  bench.onEnd(() => snapcast.close())
  await snapcast.join(0)
  return snapcast
}

/** What Snapcast can be asked as well, by the key of our own scenario. */
export const snapcastScenarios: Readonly<Record<string, Scenario>> = {
  async steady(bench) {
    const rig = await sharedCard(2)
    await (await setUp(bench, rig)).join(1)
    const series = await listenTo(rig, bench.settings.seconds, bench.settings.settleS)
    return skewOutcome('snapcast steady', series, asked.steady, NOTE)
  },
  async late(bench) {
    const rig = await sharedCard(3)
    const snapcast = await setUp(bench, rig)
    await snapcast.join(1)
    await wait(bench.settings.settleS * 1000)
    const stretches = await lateRounds(rig, async () => {
      const guest = await snapcast.join(2)
      return async () => void guest.kill()
    })
    return lateOutcome('snapcast late', stretches, NOTE)
  },
  async freeze(bench) {
    const rig = await sharedCard(2)
    const client = await (await setUp(bench, rig)).join(1)
    await wait(bench.settings.settleS * 1000)
    return freezeOutcome('snapcast freeze', await freezeRounds(rig, () => [client.pid!]), NOTE)
  },
  async cards(bench) {
    const rig = await ownCards([0, APART_PPM])
    await (await setUp(bench, rig)).join(1)
    const series = await listenTo(rig, bench.settings.seconds, bench.settings.settleS)
    return skewOutcome('snapcast cards', series, asked.cards, NOTE)
  },
}
