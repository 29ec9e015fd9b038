import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket as RawSocket } from 'ws'
import { keepToken } from '../../src/net/keep/token.ts'
import { decodeKeepAnswer, encodeKeepRequest } from '../../src/net/keep/keep-wire.ts'
import { encodeUpdate, type Piece } from '../../src/replica/y-update.ts'
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
  scheduler,
  someClaim,
  startKeeper,
  temporaryFolder,
  type Room,
} from './keep-support.ts'
import { startNode } from './support.ts'

const keysOf = (pieces: readonly Piece[]): string[] => pieces.map(({ key }) => key).toSorted()
const recordsOf = ({ replica }: Room): string[] => [...replica.records.keys()].toSorted()

/** A record of a stranger to the room, good in itself. */
const stranger = async ({ address }: Room, text: string, yClock = 0, signer = newSigner()): Promise<Piece> =>
  say({ room: address.room, signer, kind: 'message', body: { text }, yClock })

describe('the keeper', () => {
  it('[KEEP-1] is not there unless a folder was named, and says so', async () => {
    const [node, keeper] = [await startNode(), await startKeeper()]
    expect(await (await fetch(`${node.address().url}/keep`)).json()).toEqual({ keeps: false })
    expect(await (await fetch(`${keeper.address().url}/keep`)).json()).toEqual({ keeps: true })
    await expect(connectKeeper(node.address().url).open(someClaim())).rejects.toThrow('out of reach')
  })

  it('[KEEP-2] keeps nothing of a room that nobody asked it to keep', async () => {
    const { url } = (await startKeeper()).address()
    const room = await foundRoom()
    const page = connectKeeper(url)
    const token = await keepToken(room.address, crypto)
    expect((await page.open(token)).kept).toBe(false)
    for (const { update } of room.replica.copy.lacking(new Map()))
      await expect(page.put(update)).rejects.toMatchObject({ why: 'bad' })
    expect(await page.open(token)).toMatchObject({ kept: false, vector: new Map(), usedBytes: 0 })
  })

  it.each(['public', 'unlisted', 'private'] as const)(
    '[KEEP-2] gives a %s room back to who has the link, record for record, and to nobody else',
    async (visibility) => {
      const { url } = (await startKeeper()).address()
      const room = await foundRoom(visibility)
      for (let i = 0; i < 300; i++) await room.replica.write('message', { text: `message ${i}` })
      await keepAll(connectKeeper(url), room)
      expect(keysOf(await allKept(connectKeeper(url), room.address))).toEqual(recordsOf(room))
      const other = await foundRoom(visibility)
      expect(await allKept(connectKeeper(url), other.address)).toEqual([])
    },
  )

  it('[KEEP-3] takes of a public room only what a gate lets in, and of a spoilt update nothing', async () => {
    const { url } = (await startKeeper()).address()
    const room = await foundRoom()
    const page = connectKeeper(url)
    await keepAll(page, room)
    const before = keysOf(await allKept(page, room.address))
    const good = await stranger(room, 'hello')
    const foreign = await stranger(await foundRoom(), 'elsewhere')
    const forged = await say({
      ...{ room: room.address.room, kind: 'message', body: { text: 'not mine' } },
      signer: { ...newSigner(), peer: room.me },
    })
    const spoilt: Piece[][] = [
      [forged],
      [good, foreign],
      [{ ...good, clock: 1 }],
      [{ ...good, map: 'queue' }],
      [{ ...good, key: foreign.key }],
      [{ ...good, client: good.client + 1 }],
      [{ ...good, value: good.value.map((byte, i) => (i === 90 ? byte ^ 1 : byte)) }],
    ]
    for (const pieces of spoilt) await expect(page.put(encodeUpdate(pieces))).rejects.toMatchObject({ why: 'bad' })
    expect(keysOf(await allKept(page, room.address))).toEqual(before)
    expect(await page.put(encodeUpdate([good]))).toBe(0)
    expect(keysOf(await allKept(page, room.address))).toEqual([...before, good.key].toSorted())
  })

  it('[KEEP-3] refuses any update with a byte changed', async () => {
    const { url } = (await startKeeper({ addressBytesPerDay: 1e12 })).address()
    const room = await foundRoom()
    const page = connectKeeper(url)
    await keepAll(page, room)
    const update = encodeUpdate([await stranger(room, 'Is this on?')])
    await fc.assert(
      fc.asyncProperty(fc.nat(update.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const altered = update.map((byte, i) => (i === at ? byte ^ change : byte))
        await expect(page.put(altered)).rejects.toMatchObject({ why: 'bad' })
      }),
      { numRuns: 100 },
    )
  })

  it('[KEEP-3] takes of a private room sealed records in their order and form only', async () => {
    const { url } = (await startKeeper()).address()
    const room = await foundRoom('private')
    const page = connectKeeper(url)
    await keepAll(page, room)
    await expect(page.put(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ why: 'bad' })
    const sealed = await stranger(room, 'looks like one')
    expect(await page.put(encodeUpdate([{ ...sealed, clock: 5 }]))).toBe(1)
    expect(keysOf(await allKept(page, room.address))).toEqual(recordsOf(room))
  })

  it('[KEEP-4] stops at a room’s bytes and leaves other rooms their own', async () => {
    const { url } = (await startKeeper({ roomBytes: 20_000 })).address()
    const [full, other] = [await foundRoom('private'), await foundRoom('private')]
    for (let i = 0; i < 100; i++) await full.replica.write('message', { text: `message ${i}` })
    await keepAll(connectKeeper(url), full)
    await keepAll(connectKeeper(url), other)
    const shelf = await connectKeeper(url).open(await keepToken(full.address, crypto))
    expect(shelf.usedBytes).toBeGreaterThan(18_000)
    expect(shelf.usedBytes).toBeLessThanOrEqual(20_000)
    expect(keysOf(await allKept(connectKeeper(url), other.address))).toEqual(recordsOf(other))
  })

  it('[KEEP-4] lets no author have more in a public room than is still free in it', async () => {
    const { url } = (await startKeeper({ roomBytes: 40_000 })).address()
    const room = await foundRoom()
    const page = connectKeeper(url)
    await keepAll(page, room)
    for (let flooder = 0; flooder < 4; flooder++) {
      const signer = newSigner()
      const flood = await Promise.all(Array.from({ length: 100 }, (_, i) => stranger(room, 'x'.repeat(200), i, signer)))
      expect(await page.put(encodeUpdate(flood))).toBeGreaterThan(0)
    }
    await room.replica.write('message', { text: 'There is still room for me.' })
    const { vector } = await page.open(await keepToken(room.address, crypto))
    const parts = [...room.replica.copy.lacking(vector)]
    expect(parts).not.toEqual([])
    for (const { update } of parts) expect(await page.put(update)).toBe(0)
  })

  it('[KEEP-4] stops at its rooms, its bytes, and what one address may ask for in a day', async () => {
    const claim = someClaim()
    const ask = async (quota: Parameters<typeof startKeeper>[0], rooms: number): Promise<string[]> => {
      const page = connectKeeper((await startKeeper(quota)).address().url)
      const refusals: string[] = []
      for (let i = 0; i < rooms; i++) {
        await keepAll(page, await foundRoom('private'), claim).catch(({ why }: { why: string }) => refusals.push(why))
      }
      return refusals
    }
    expect(await ask({ rooms: 2 }, 3)).toEqual(['rooms'])
    expect(await ask({ addressRoomsPerDay: 2 }, 4)).toEqual(['often', 'often'])
    expect(await ask({ addressBytesPerDay: 1_000 }, 3)).toEqual(['often', 'often'])
    const small = (await startKeeper({ totalBytes: 2_000 })).address().url
    const rooms = await Promise.all([1, 2, 3].map(() => foundRoom('private')))
    for (const room of rooms) await keepAll(connectKeeper(small), room)
    const used = await Promise.all(
      rooms.map(async ({ address }) => (await connectKeeper(small).open(await keepToken(address, crypto))).usedBytes),
    )
    expect(used.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(2_000)
    expect(Math.min(...used)).toBeLessThan(Math.max(...used))
  })

  it('[KEEP-4] lets a room go that nobody has opened for its days, and no other', async () => {
    const dir = await temporaryFolder()
    const [left, visited] = [await foundRoom(), await foundRoom()]
    let days = 0
    const at = { ...scheduler, wallMs: () => Date.now() + days * 86_400_000 }
    const restart = (): ReturnType<typeof startKeeper> => startKeeper({ days: 30 }, { dir, scheduler: at })
    let node = await restart()
    for (const room of [left, visited]) await keepAll(connectKeeper(node.address().url), room)
    for (days of [20, 40]) {
      await node.close()
      node = await restart()
      expect(keysOf(await allKept(connectKeeper(node.address().url), visited.address))).toEqual(recordsOf(visited))
    }
    expect(await allKept(connectKeeper(node.address().url), left.address)).toEqual([])
  })

  it('[KEEP-5] ends the connection of whoever speaks another language, and serves others on', async () => {
    const node = await startKeeper()
    const room = await foundRoom()
    await keepAll(connectKeeper(node.address().url), room)
    const closeCode = async (...messages: (string | Uint8Array)[]): Promise<number> => {
      const socket = new RawSocket(`${node.address().url.replace('http', 'ws')}/keep`)
      await new Promise((resolve) => socket.once('open', resolve))
      for (const message of messages) socket.send(message)
      return new Promise((resolve) => socket.once('close', resolve))
    }
    const open = encodeKeepRequest({ type: 'open', id: 1, token: someClaim() })
    expect(await closeCode('{"type":"open"}')).toBe(1003)
    expect(await closeCode(Uint8Array.of(0xff, 0x00))).toBe(1003)
    expect(await closeCode(encodeKeepRequest({ type: 'put', id: 1, update: Uint8Array.of(0, 0) }))).toBe(1003)
    expect(await closeCode(new Uint8Array(3 * 1024 * 1024))).toBe(1009)
    expect(await closeCode(...Array.from({ length: 600 }, () => open))).toBe(1008)
    expect(keysOf(await allKept(connectKeeper(node.address().url), room.address))).toEqual(recordsOf(room))
  })

  it('[KEEP-10] says that it is there when it is asked, before any room was opened', async () => {
    const socket = new RawSocket(`${(await startKeeper()).address().url.replace('http', 'ws')}/keep`)
    onTestFinished(() => socket.close())
    await new Promise((resolve) => socket.once('open', resolve))
    const answer = new Promise((resolve) => socket.once('message', (data: Buffer) => resolve(decodeKeepAnswer(data))))
    socket.send(encodeKeepRequest({ type: 'ping', id: 7 }))
    expect(await answer).toEqual({ type: 'pong', id: 7 })
  })

  it('[KEEP-7] throws a room away for who asked for it, and for nobody else', async () => {
    const { url } = (await startKeeper()).address()
    const room = await foundRoom()
    const [mine, theirs] = [someClaim(), someClaim()]
    const page = connectKeeper(url)
    await keepAll(page, room, mine)
    await keepAll(page, room, theirs)
    await expect(page.forget(theirs)).rejects.toMatchObject({ why: 'claimed' })
    expect((await page.open(await keepToken(room.address, crypto))).kept).toBe(true)
    expect((await page.forget(mine)).kept).toBe(false)
    expect(await allKept(page, room.address)).toEqual([])
  })

  it('[KEEP-7] does not let a stranger have another room’s id kept under a token of their own', async () => {
    const { url } = (await startKeeper()).address()
    const { address } = await foundRoom()
    const page = connectKeeper(url)
    await page.open(someClaim())
    await expect(page.keep(someClaim(), address.room)).rejects.toMatchObject({ why: 'bad' })
  })

  it('[KEEP-8] keeps both records of an author who signed two for one place, so that everyone learns of it', async () => {
    const { url } = (await startKeeper()).address()
    const room = await foundRoom()
    const signer = newSigner()
    const [one, two] = [await stranger(room, 'yes', 0, signer), await stranger(room, 'no', 0, signer)]
    await keepAll(connectKeeper(url), room)
    const page = connectKeeper(url)
    await page.open(await keepToken(room.address, crypto))
    for (const piece of [one, two]) expect(await page.put(encodeUpdate([piece]))).toBe(0)
    const newcomer = await enterRoom(room.address)
    const kept = await keptRoom(newcomer, url)
    await expect.poll(() => kept.state).toBe('kept')
    expect(recordsOf(newcomer)).toEqual(recordsOf(room))
    expect(await newcomer.replica.copy.proofs()).toHaveLength(2)
  })

  it('[KEEP-9] counts for its operator what it holds, and writes it where only its owner can read it', async () => {
    const dir = await temporaryFolder()
    const node = await startKeeper({}, { dir })
    await keepAll(connectKeeper(node.address().url), await foundRoom())
    const text = await (await fetch(`${node.address().url}/metrics`)).text()
    expect(text).toMatch(/^earshot_kept_rooms 1$/m)
    expect(Number(/^earshot_kept_bytes (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(400)
    expect(await readdir(dir)).toContain('rooms.db')
    expect(((await stat(join(dir, 'rooms.db'))).mode & 0o077).toString(8)).toBe('0')
  })

  it('[KEEP-9] says when its folder cannot be used', async () => {
    const dir = await temporaryFolder()
    await startKeeper({}, { dir })
    await expect(startKeeper({}, { dir })).rejects.toThrow(/cannot be used .*another node uses it/)
    await expect(startKeeper({}, { dir: '/dev/null/rooms' })).rejects.toThrow(/cannot be used \(\/dev\/null\/rooms\)/)
  })
})
