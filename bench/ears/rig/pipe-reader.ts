/** A sound card made of a pipe: its own thread takes exactly as many frames as the card's crystal would have played by now. */
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

export interface Card {
  readonly path: string
  /** Frames per second of true time. */
  readonly rate: number
}

export interface ReaderData {
  readonly cards: readonly Card[]
  /** Of one frame in the pipe: interleaved floats. */
  readonly frameBytes: number
  /** Set to 1 by the owner to end. */
  readonly stop: SharedArrayBuffer
}

/** What a card played in one turn. */
export interface Played {
  readonly card: number
  /** Index of its first frame since the card began: `index / rate` seconds after the common beginning. */
  readonly index: number
  readonly bytes: Uint8Array
}

export type FromReader = { readonly beganAtMs: number } | { readonly played: readonly Played[] }

/** The reader looks at its clock this often: about the pace at which real cards fetch their next period. */
const TURN_MS = 2
/** What is played is handed over in pieces of about this length. */
const HAND_OVER_MS = 100

const { cards, frameBytes, stop } = workerData as ReaderData
const stopped = new Int32Array(stop)
const pipes = cards.map(({ path }) => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK))
const wallNowMs = (): number => performance.timeOrigin + performance.now()

function take(pipe: number, into: Uint8Array): number {
  let got = 0
  try {
    while (got < into.length) {
      const bytes = readSync(pipe, into, got, into.length - got, null)
      if (bytes === 0) break
      got += bytes
    }
  } catch (error) {
    // The server is late: a real card would play silence now, and so does this one.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
  }
  return got
}

// What waits in the pipes was written before the cards began.
const scrap = new Uint8Array(65_536)
for (const pipe of pipes) while (take(pipe, scrap) === scrap.length);

const beganAtMs = wallNowMs()
parentPort!.postMessage({ beganAtMs } satisfies FromReader)
const indices = cards.map(() => 0)
/** Half a frame that a short read left over belongs to the next one. */
const halves = cards.map(() => new Uint8Array(0))
let played: Played[] = []
let handedOverMs = beganAtMs

while (Atomics.load(stopped, 0) === 0) {
  const nowMs = wallNowMs()
  cards.forEach(({ rate }, card) => {
    const due = Math.floor(((nowMs - beganAtMs) * rate) / 1000) - indices[card]!
    if (due <= 0) return
    const bytes = new Uint8Array(due * frameBytes)
    bytes.set(halves[card]!)
    const got = halves[card]!.length + take(pipes[card]!, bytes.subarray(halves[card]!.length))
    const whole = got - (got % frameBytes)
    halves[card] = bytes.slice(whole, got)
    bytes.fill(0, whole)
    played.push({ card, index: indices[card]!, bytes })
    indices[card]! += due
  })
  if (nowMs - handedOverMs >= HAND_OVER_MS) {
    parentPort!.postMessage({ played } satisfies FromReader)
    played = []
    handedOverMs = nowMs
  }
  Atomics.wait(stopped, 0, 0, TURN_MS)
}
for (const pipe of pipes) closeSync(pipe)
