import { setTimeout as sleep } from 'node:timers/promises'
import type { Cut, Networks } from './networks.ts'
import type { Resident, Seen } from './resident.ts'
import type { Stage } from './stage.ts'

/** What one cut told: times since the cut or since the healing, seconds. */
export interface Figures {
  readonly [figure: string]: number
}

export interface Scenario {
  readonly title: string
  /** Whether the node relays for those who do not reach each other. */
  readonly relay: boolean
  /** Cuts, heals, and throws when something of it is not as promised. */
  readonly run: (stage: Stage) => Promise<Figures>
}

/** Long enough for what was begun when a link broke to end. */
const SETTLE_MS = 3_000
/** Two pages are in the same song at the same place when they differ by less, ms: what asking them takes. */
const SAME_PLACE_MS = 200
/** For both to be whole again after a cut, ms. */
const AGREE_WITHIN_MS = 60_000
const ASK_MS = 50

const isDirect = ({ links, words }: Seen): boolean => links === 'direct' && words.join() === 'Direct'

const since = (fromMs: number, ...timesMs: readonly number[]): number => (Math.max(...timesMs) - fromMs) / 1_000

/** Waits until both pages are so; the result is when each was. */
const bothSee = ({ ada, ben }: Pick<Stage, 'ada' | 'ben'>, what: string, fits: (seen: Seen) => boolean) =>
  Promise.all([ada.sees(what, fits), ben.sees(what, fits)])

/** Waits until both are linked directly and know of the node, the same songs and the same place in them. */
export async function whole(stage: Pick<Stage, 'ada' | 'ben'>): Promise<{ directMs: number; agreedMs: number }> {
  const directMs = Math.max(...(await bothSee(stage, '"Direct"', isDirect)))
  return { directMs, agreedMs: await agree(stage) }
}

/** Waits until both have their place at the node's relay: after a cut it comes later than the direct link. */
export async function relayed({ ada, ben }: Pick<Stage, 'ada' | 'ben'>): Promise<void> {
  for (const { person } of [ada, ben])
    await person.page.waitForFunction(
      () => {
        type Told = { transports: { name: string; state: string }[] }
        const { transports } = (globalThis as unknown as { earshot: { diagnostics(): Told } }).earshot.diagnostics()
        return transports.some(({ name, state }) => name === 'libp2p' && state === 'meeting')
      },
      undefined,
      { timeout: AGREE_WITHIN_MS, polling: ASK_MS },
    )
}

/** The way between the homes breaks; the node stays. Both go over to its relay, and back. */
async function betweenHomes(stage: Stage): Promise<Figures> {
  const { networks, ada, ben } = stage
  const cutMs = cut(networks, 'between homes')
  const noticed = await bothSee(stage, 'the loss of the direct link', ({ links }) => links !== 'direct')
  const relayed = await bothSee(stage, '"Relayed"', ({ links, words }) => links === 'relayed' && words[0] === 'Relayed')
  const said = await say(ada, 'over a relay')
  const readS = since(said.atMs, await ben.reads(said.text))
  await sleep(SETTLE_MS)
  const healedMs = heal(networks)
  const { directMs, agreedMs } = await whole(stage)
  return {
    'loss noticed': since(cutMs, ...noticed),
    '"Relayed" told': since(cutMs, ...relayed),
    'word over the relay': readS,
    'healed: "Direct" told': since(healedMs, directMs),
    'healed: in agreement': since(healedMs, agreedMs),
  }
}

/** The node cannot be reached by anyone; the links between the homes stand. */
async function theNode(stage: Stage): Promise<Figures> {
  const { networks, ada, ben } = stage
  const cutMs = cut(networks, 'the node')
  const noticed = await bothSee(stage, '"Node down"', ({ words }) => words.includes('Node down'))
  const said = await say(ada, 'without a node')
  const readS = since(said.atMs, await ben.reads(said.text))
  if ((await Promise.all([ada.seen(), ben.seen()])).some(({ links }) => links !== 'direct'))
    throw new Error('a direct link broke when only the node was cut off')
  const healedMs = heal(networks)
  const { directMs, agreedMs } = await whole(stage)
  return {
    '"Node down" told': since(cutMs, ...noticed),
    'word without a node': readS,
    'healed: notice taken back': since(healedMs, directMs),
    'healed: in agreement': since(healedMs, agreedMs),
  }
}

/** One home is cut off from everything. Both go on alone, write and skip, and become one room again. */
async function oneHome(stage: Stage): Promise<Figures> {
  const { networks, ada, ben } = stage
  const cutMs = cut(networks, 'one home')
  const noticed = await bothSee(stage, 'the loss of all links', ({ links }) => links === 'none')
  const [offlineMs, aloneMs] = await Promise.all([
    ben.sees('"Offline"', ({ words }) => words[0] === 'Offline'),
    ada.sees('"Alone"', ({ words }) => words[0] === 'Alone'),
  ])
  const [here, there] = await Promise.all([say(ada, 'apart, here'), say(ben, 'apart, there')])
  await ada.person.button('Skip').click()
  await sleep(SETTLE_MS)
  const healedMs = heal(networks)
  const linked = await bothSee(stage, 'a link', ({ links }) => links !== 'none')
  const read = await Promise.all([ada.reads(there.text), ben.reads(here.text)])
  const { directMs, agreedMs } = await whole(stage)
  return {
    'loss noticed': since(cutMs, ...noticed),
    '"Offline" told there': since(cutMs, offlineMs),
    '"Alone" told here': since(cutMs, aloneMs),
    'healed: linked': since(healedMs, ...linked),
    'healed: words merged': since(healedMs, ...read),
    'healed: "Direct" told': since(healedMs, directMs),
    'healed: in agreement': since(healedMs, agreedMs),
  }
}

/** No way leads from one home to the other, and the node relays for nobody. Each is told that the other is there and out of reach. */
async function noRoute(stage: Stage): Promise<Figures> {
  const { networks, ada, ben } = stage
  const cutMs = cut(networks, 'between homes')
  const noticed = await bothSee(stage, 'the loss of all links', ({ links }) => links === 'none')
  const told = await bothSee(stage, '"No route"', ({ words }) => words[0] === 'No route')
  const [here, there] = await Promise.all([say(ada, 'no route, here'), say(ben, 'no route, there')])
  await sleep(SETTLE_MS)
  const healedMs = heal(networks)
  const read = await Promise.all([ada.reads(there.text), ben.reads(here.text)])
  const { directMs, agreedMs } = await whole(stage)
  return {
    'loss noticed': since(cutMs, ...noticed),
    '"No route" told': since(cutMs, ...told),
    'healed: words merged': since(healedMs, ...read),
    'healed: "Direct" told': since(healedMs, directMs),
    'healed: in agreement': since(healedMs, agreedMs),
  }
}

export const scenarios: readonly Scenario[] = [
  { title: 'between homes', relay: true, run: betweenHomes },
  { title: 'the node', relay: true, run: theNode },
  { title: 'one home', relay: true, run: oneHome },
  { title: 'no route', relay: false, run: noRoute },
]

function cut(networks: Networks, what: Cut): number {
  const atMs = Date.now()
  networks.cut(what)
  return atMs
}

function heal(networks: Networks): number {
  networks.heal()
  return Date.now()
}

/** Says something that was not said before; the result is what, and when. */
async function say({ person }: Resident, words: string): Promise<{ text: string; atMs: number }> {
  const atMs = Date.now()
  const text = `${words} ${atMs}`
  await person.say(text)
  return { text, atMs }
}

/** Waits until both hold the same records and are at the same place of the same song; the result is when. */
async function agree({ ada, ben }: Pick<Stage, 'ada' | 'ben'>): Promise<number> {
  const untilMs = Date.now() + AGREE_WITHIN_MS
  for (;;) {
    const [one, other] = await Promise.all([position(ada), position(ben)])
    const same = one.digest === other.digest && one.track !== null && one.track === other.track
    if (same && Math.abs(one.startedAtMs - other.startedAtMs) < SAME_PLACE_MS) return Date.now()
    if (Date.now() > untilMs) throw new Error(`they do not come together again: ${JSON.stringify([one, other])}`)
    await sleep(ASK_MS)
  }
}

/** What a page holds and plays; `startedAtMs`: when its song would have begun if it had been played without a pause. */
async function position({ person }: Resident) {
  return person.page.evaluate(() => {
    type Told = { replica: { digest: string }; playback: { track: string | null; positionMs: number } }
    const { replica, playback } = (globalThis as unknown as { earshot: { diagnostics(): Told } }).earshot.diagnostics()
    return { digest: replica.digest, track: playback.track, startedAtMs: Date.now() - playback.positionMs }
  })
}
