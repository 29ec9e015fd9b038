/**
 * The hello: two sides of a fresh connection prove their keys to each other, and that nobody sits between them.
 * Each signs one transcript: tag, topic, the room's proof (known, never sent), the network's channel binding (on WebRTC both DTLS
 * fingerprints), and both introductions with their nonces, its own first. Modelled on SIGMA (Krawczyk 2003): the nonces make it fresh, the
 * binding ties it to this very connection, and the order of the introductions stops reflection.
 */
import { base64urlnopad } from '@scure/base'
import { encode } from 'cborg'
import type { Crypto, Signer } from '../domain/crypto.ts'
import type { PeerId } from '../domain/ids.ts'
import type { Scheduler } from '../domain/scheduler.ts'
import { decodeHello, encodeHello, type HelloMessage, type Introduction } from './hello-wire.ts'
import type { CloseReason } from './link.ts'

const TRANSCRIPT_TAG = 'earshot-hello-1'
const NONCE_BYTES = 32
/** Three messages each way; even over a relay across the world this is ten times what it takes. */
export const helloTimeoutMs = 8_000

export interface HelloContext {
  readonly crypto: Crypto
  readonly signer: Signer
  readonly scheduler: Scheduler
  readonly topic: string
  readonly proof: Uint8Array
  /** Names this very connection; the same bytes on both sides. */
  readonly binding: Uint8Array
  /** 16 random bytes of this page load. */
  readonly session: Uint8Array
  /** Counts this page's joins: of two connections to one session the one of the later join is the living one. */
  readonly generation: number
  /** Called once the other's key is proven, before it is welcomed: a reason refuses it. */
  readonly refuse: (proven: ProvenPeer) => CloseReason | null
}

export interface ProvenPeer {
  readonly peer: PeerId
  /** base64url of the other's session. */
  readonly session: string
  /** Same on both sides. */
  readonly id: string
  /** Sum of both generations. */
  readonly generation: number
}

export type HelloOutcome =
  | ({ readonly ok: true } & ProvenPeer)
  | { readonly ok: false; readonly why: 'timeout' | 'malformed' | 'forged' | 'self' }
  | { readonly ok: false; readonly why: 'refused'; readonly reason: CloseReason; readonly by: 'us' | 'them' }

export interface Hello {
  /** Resolves once; it never rejects. */
  readonly outcome: Promise<HelloOutcome>
  /** Hands over the next control message from the other side, in order. */
  receive(bytes: Uint8Array): void
}

/** True when, of two proven connections to one session, both sides keep `a`: the later join's, else the lower id. */
export const outranks = (a: ProvenPeer, b: ProvenPeer): boolean =>
  a.generation === b.generation ? a.id < b.id : a.generation > b.generation

/** Begins a hello: sends our introduction at once. `send` carries one message, reliably and in order. */
export function beginHello(context: HelloContext, send: (bytes: Uint8Array) => void): Hello {
  const mine: Introduction = {
    peer: context.signer.peer,
    nonce: context.crypto.randomBytes(NONCE_BYTES),
    session: context.session,
    generation: context.generation,
  }
  let theirs: Introduction | null = null
  let proven: ProvenPeer | null = null
  let settled = false
  const { promise, resolve } = Promise.withResolvers<HelloOutcome>()
  const settle = (outcome: HelloOutcome): void => {
    if (settled) return
    settled = true
    stopTimer()
    resolve(outcome)
  }
  const stopTimer = context.scheduler.after(helloTimeoutMs, () => settle({ ok: false, why: 'timeout' }))

  const transcript = (signing: Introduction, checking: Introduction): Uint8Array =>
    encode([TRANSCRIPT_TAG, context.topic, context.proof, context.binding, fields(signing), fields(checking)])

  const steps: { [K in HelloMessage['kind']]: (message: Extract<HelloMessage, { kind: K }>) => Promise<void> | void } =
    {
      async hello({ introduction }) {
        if (theirs !== null) return settle({ ok: false, why: 'malformed' })
        theirs = introduction
        const sameSession = base64urlnopad.encode(introduction.session) === base64urlnopad.encode(mine.session)
        if (introduction.peer === mine.peer && sameSession) return settle({ ok: false, why: 'self' })
        send(encodeHello({ kind: 'proof', signature: await context.signer.sign(transcript(mine, introduction)) }))
      },
      async proof({ signature }) {
        if (theirs === null || proven !== null) return settle({ ok: false, why: 'malformed' })
        if (!(await context.crypto.verify(theirs.peer, transcript(theirs, mine), signature)))
          return settle({ ok: false, why: 'forged' })
        const candidate = await describe(mine, theirs, context.crypto)
        if (settled) return
        const reason = context.refuse(candidate)
        if (reason !== null) {
          send(encodeHello({ kind: 'bye', reason }))
          return settle({ ok: false, why: 'refused', reason, by: 'us' })
        }
        proven = candidate
        send(encodeHello({ kind: 'welcome' }))
      },
      welcome() {
        // A welcome without a proof before it would open the link to a peer that has proven nothing.
        if (proven === null) return settle({ ok: false, why: 'malformed' })
        settle({ ok: true, ...proven })
      },
      bye: ({ reason }) => settle({ ok: false, why: 'refused', reason, by: 'them' }),
    }

  // Signing and checking take time: messages queue behind each other, so that a quick `welcome` cannot overtake its `proof`.
  let tail: Promise<void> = Promise.resolve()
  let waiting = 0
  const receive = (bytes: Uint8Array): void => {
    const message = decodeHello(bytes)
    if (message === null || ++waiting > 4) return settle({ ok: false, why: 'malformed' })
    const step = steps[message.kind] as (message: HelloMessage) => Promise<void> | void
    tail = tail.then(() => (settled ? undefined : step(message))).catch(() => settle({ ok: false, why: 'malformed' }))
  }

  send(encodeHello({ kind: 'hello', introduction: mine }))
  return { outcome: promise, receive }
}

const fields = ({ peer, nonce, session, generation }: Introduction): unknown[] => [peer, nonce, session, generation]

async function describe(mine: Introduction, theirs: Introduction, crypto: Crypto): Promise<ProvenPeer> {
  const both = [mine, theirs].map((side) => base64urlnopad.encode(encode(fields(side)))).sort()
  const digest = await crypto.sha256(encode(both))
  return {
    peer: theirs.peer,
    session: base64urlnopad.encode(theirs.session),
    id: base64urlnopad.encode(digest.subarray(0, 12)),
    generation: mine.generation + theirs.generation,
  }
}
