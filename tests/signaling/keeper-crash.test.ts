import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { keepToken } from '../../src/net/keep/token.ts'
import { encodeUpdate } from '../../src/replica/y-update.ts'
import { say } from '../replica/support/forge.ts'
import { projectRoot } from '../support/tool.ts'
import {
  allKept,
  connectKeeper,
  crypto,
  foundRoom,
  keepAll,
  newSigner,
  temporaryFolder,
  type Room,
} from './keep-support.ts'

interface KeeperProcess {
  readonly child: ChildProcess
  readonly url: string
}

/** A keeper as a process of its own, as `npm start` runs it. */
function start(dir: string): Promise<KeeperProcess> {
  const args = ['--port', '0', '--host', '127.0.0.1', '--app', 'off', '--relay', 'off', '--log', 'json', '--keep', dir]
  const child = spawn(process.execPath, [join(projectRoot, 'signaling/start.ts'), ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  return new Promise((resolve, reject) => {
    let text = ''
    const read = (chunk: Buffer): void => {
      text += chunk.toString('utf8')
      const port = /"port":(\d+)/.exec(text)?.[1]
      if (port !== undefined) resolve({ child, url: `http://127.0.0.1:${port}` })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}: ${text}`)))
  })
}

function kill({ child }: KeeperProcess): Promise<unknown> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  return gone
}

/** Writes records, one after another, until the keeper is gone; the result grows with each that it has acknowledged. */
async function writeUntilGone(url: string, { address }: Room, acknowledged: Set<string>): Promise<void> {
  const page = connectKeeper(url)
  await page.open(await keepToken(address, crypto))
  const signer = newSigner()
  for (let yClock = 0; ; yClock++) {
    const body = { text: `message ${yClock}${'x'.repeat(yClock % 500)}` }
    const piece = await say({ room: address.room, signer, kind: 'message', body, yClock })
    const left = await page.put(encodeUpdate([piece])).catch(() => null)
    if (left === null) return
    expect(left).toBe(0)
    acknowledged.add(piece.key)
  }
}

it(
  '[KEEP-1] has everything that it acknowledged after kill -9 in the middle of writes, three times over',
  { timeout: 60_000 },
  async () => {
    const dir = await temporaryFolder()
    const room = await foundRoom()
    const acknowledged = new Set<string>(room.replica.records.keys())
    let keeper = await start(dir)
    await keepAll(connectKeeper(keeper.url), room)
    for (const most of [40, 150, 300]) {
      const writers = [1, 2, 3].map(() => writeUntilGone(keeper.url, room, acknowledged))
      await expect.poll(() => acknowledged.size, { interval: 1 }).toBeGreaterThan(most)
      await kill(keeper)
      await Promise.all(writers)
      keeper = await start(dir)
      const kept = new Set((await allKept(connectKeeper(keeper.url), room.address)).map(({ key }) => key as string))
      expect([...acknowledged].filter((key) => !kept.has(key))).toEqual([])
    }
    await kill(keeper)
  },
)
