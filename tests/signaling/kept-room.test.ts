import { describe, expect, it } from 'vitest'
import type { CommunityNode } from '../../signaling/node.ts'
import { keepToken } from '../../src/net/keep/token.ts'
import { encodeUpdate } from '../../src/replica/y-update.ts'
import { say } from '../replica/support/forge.ts'
import {
  allKept,
  connectKeeper,
  crypto,
  enterRoom,
  foundRoom,
  keepAll,
  keptRoom,
  newSigner,
  someClaim,
  startKeeper,
  temporaryFolder,
  type Room,
} from './keep-support.ts'

const recordsOf = ({ replica }: Room): string[] => [...replica.records.keys()].toSorted()
const keysAt = async (node: CommunityNode, { address }: Room): Promise<string[]> =>
  (await allKept(connectKeeper(node.address().url), address)).map(({ key }) => key as string).toSorted()

describe.each(['public', 'private'] as const)('a %s room that is kept', (visibility) => {
  it('[KEEP-6] is what its members have, at once with each record of their own, and comes back when nobody is there', async () => {
    const node = await startKeeper()
    const { url } = node.address()
    const room = await foundRoom(visibility)
    const kept = await keptRoom(room, url)
    await expect.poll(() => kept.state).toBe('off')
    await room.replica.write('message', { text: 'Before it is kept.' })
    await kept.keep(someClaim())
    expect(kept.state).toBe('kept')
    expect(await keysAt(node, room)).toEqual(recordsOf(room))
    for (let i = 0; i < 20; i++) await room.replica.write('message', { text: `And after ${i}.` })
    await expect.poll(() => keysAt(node, room)).toEqual(recordsOf(room))
    await room.replica.write('message', { text: 'The last word, and out.' })
    await kept.close()
    await room.replica.close()

    const newcomer = await enterRoom(room.address)
    const again = await keptRoom(newcomer, url)
    await expect.poll(() => again.state).toBe('kept')
    expect(recordsOf(newcomer)).toEqual(recordsOf(room))
    expect(newcomer.replica.hasGenesis).toBe(true)
  })

  it('[KEEP-6] is brought up to date by whoever comes back with what the keeper lacks', async () => {
    const node = await startKeeper()
    const room = await foundRoom(visibility)
    await keepAll(connectKeeper(node.address().url), room)
    for (let i = 0; i < 400; i++) await room.replica.write('message', { text: `Written offline ${i}` })
    const kept = await keptRoom(room, node.address().url)
    await expect.poll(() => kept.state).toBe('kept')
    expect(await keysAt(node, room)).toEqual(recordsOf(room))
  })

  it('[KEEP-6] goes on when its keeper was away', async () => {
    const dir = await temporaryFolder()
    const first = await startKeeper({}, { dir })
    const room = await foundRoom(visibility)
    const kept = await keptRoom(room, first.address().url)
    await kept.keep(someClaim())
    const { port } = first.address()
    await first.close()
    await expect.poll(() => kept.state).toBe('away')
    await room.replica.write('message', { text: 'Nobody keeps this yet.' })
    const second = await startKeeper({}, { dir, port })
    await expect.poll(() => kept.state).toBe('kept')
    expect(await keysAt(second, room)).toEqual(recordsOf(room))
  })

  it('[KEEP-4] is said to be full when part of it has no room there', async () => {
    const room = await foundRoom(visibility)
    for (let i = 0; i < 30; i++) await room.replica.write('message', { text: `message ${i}` })
    const kept = await keptRoom(room, (await startKeeper({ roomBytes: 8_000 })).address().url)
    await kept.keep(someClaim())
    expect(kept.state).toBe('full')
  })

  it('[KEEP-7] is kept no more once whoever asked for it says so', async () => {
    const { url } = (await startKeeper()).address()
    const room = await foundRoom(visibility)
    const [kept, claim] = [await keptRoom(room, url), someClaim()]
    await kept.keep(claim)
    await kept.forget(claim)
    expect(kept.state).toBe('off')
    expect((await connectKeeper(url).open(await keepToken(room.address, crypto))).kept).toBe(false)
  })
})

it('[KEEP-6] takes the good records of a private room from among a member’s garbage', async () => {
  const { url } = (await startKeeper()).address()
  const room = await foundRoom('private')
  for (let i = 0; i < 10; i++) await room.replica.write('message', { text: `message ${i}` })
  const page = connectKeeper(url)
  await keepAll(page, room)
  // In clear in a sealed room, by somebody who has the link: of the right form, and no good.
  const signer = newSigner()
  for (const yClock of [0, 1])
    await page.put(
      encodeUpdate([
        await say({ room: room.address.room, signer, kind: 'message', body: { text: 'garbage' }, yClock }),
      ]),
    )
  const [client = 0] = [...(await page.open(await keepToken(room.address, crypto))).vector.keys()]
  const { key, map, value } = await say({ room: room.address.room, signer, kind: 'message', body: { text: 'more' } })
  await page.put(encodeUpdate([{ client, clock: 0, key, map, value }]))

  const problems: unknown[] = []
  const newcomer = await enterRoom(room.address)
  const kept = await keptRoom(newcomer, url, problems)
  await expect.poll(() => kept.state).toBe('kept')
  expect(recordsOf(newcomer)).toEqual(recordsOf(room))
  expect(String(problems[0])).toContain('no good')
})
