import { CodeError } from '../../../domain/errors.ts'
import { limits } from '../../../domain/limits.ts'
import type { Crypto } from '../../../domain/crypto.ts'
import type { Scheduler } from '../../../domain/scheduler.ts'
import { equalBytes } from '../../../replica/bytes.ts'
import { attemptMs, type Attempt, type AttemptFailure, type AttemptOptions } from '../../attempt.ts'
import type { ProvenLink } from '../../proven-link.ts'
import type { ByHand, Handshake, Invitation } from '../../transport.ts'
import { openChannels, type RtcPeerConnectionClass } from '../rtc-connection.ts'
import { decodeCode, encodeCode, type Code } from './code.ts'
import { descriptionOf, sessionOf } from './description.ts'
import { HandMade } from './hand-made.ts'
import { uuidBytes, uuidText } from './ip.ts'

export interface ByHandOptions {
  readonly crypto: Pick<Crypto, 'randomBytes'>
  readonly scheduler: Scheduler
  readonly PeerConnection: RtcPeerConnectionClass
  readonly ice: () => RTCConfiguration
  /** Resolves when the room can be met in. @throws CodeError when it has been left. */
  readonly open: () => Promise<Opened>
  readonly isLinked: (name: string) => boolean
  readonly admit: (link: ProvenLink, name: string) => void
}

interface Opened {
  /** Our name in signals, a UUID. */
  readonly name: string
  /** Says hello over the connection. */
  readonly greet: (made: HandMade, how: Pick<AttemptOptions, 'patienceMs' | 'onLinked' | 'onFailed'>) => Attempt
}

/** Codes instead of signals: whole descriptions, with all addresses inside, that people carry to each other. */
export class RtcByHand implements ByHand {
  readonly #options: ByHandOptions
  readonly #open = new Set<HandMade>()

  constructor(options: ByHandOptions) {
    this.#options = options
  }

  async invite(): Promise<Invitation> {
    const opened = await this.#options.open()
    const made = this.#make()
    const id = this.#options.crypto.randomBytes(4)
    const code = await made.giveUpOnError(async () => {
      await made.peerConnection.setLocalDescription()
      return this.#describe(made, 'invitation', id, opened)
    })
    let answered = false
    return {
      ...made.handshake(code),
      accept: async (text) => {
        const answer = decodeCode(text)
        if (answer.kind !== 'answer') throw new CodeError(wrongKind.answer)
        if (answered || !equalBytes(answer.id, id)) throw new CodeError(otherInvitation)
        answered = true
        made.complete()
        const greeted = this.#greet(made, opened, uuidText(answer.name))
        await this.#takeRemote(made, answer, greeted)
      },
    }
  }

  async answer(text: string): Promise<Handshake> {
    const invitation = decodeCode(text)
    const { scheduler, open, isLinked } = this.#options
    if (invitation.kind !== 'invitation') throw new CodeError(wrongKind.invitation)
    const overForMs = scheduler.wallMs() - invitation.expiresAtS * 1_000
    if (overForMs > 0) throw new CodeError(expired(overForMs))
    const name = uuidText(invitation.name)
    const opened = await open()
    if (name === opened.name)
      throw new CodeError('This is your own invitation: it is for the one you want to bring in.')
    if (isLinked(name)) throw new CodeError('You are connected with the one who made this invitation already.')
    const made = this.#make()
    const code = await made.giveUpOnError(async () => {
      // Listens from the start: the other side opens the channels whenever it takes the answer.
      const greeted = this.#greet(made, opened, name, limits.codeLifeMs)
      await this.#takeRemote(made, invitation, greeted)
      await made.peerConnection.setLocalDescription()
      return this.#describe(made, 'answer', invitation.id, opened)
    })
    return made.handshake(code)
  }

  /** The room is being left: nothing that is not a link yet becomes one. */
  stop(): void {
    for (const made of this.#open) made.giveUp()
  }

  #make(): HandMade {
    const { PeerConnection, ice, scheduler } = this.#options
    const connection = openChannels(new PeerConnection(ice()))
    const made: HandMade = new HandMade(connection, scheduler, () => this.#open.delete(made))
    this.#open.add(made)
    return made
  }

  #greet(made: HandMade, { greet }: Opened, name: string, patienceMs = attemptMs): Attempt {
    const attempt = greet(made, {
      patienceMs,
      onLinked: (link) => {
        made.linked()
        this.#options.admit(link, name)
      },
      onFailed: (failure) => {
        // They met another way meanwhile, which is what was wanted.
        if (failure.why === 'refused' && failure.reason === 'replaced') made.linked()
        else made.fail(new CodeError(whyNot(failure)))
        made.destroy()
      },
    })
    made.onGone(() => attempt.connectionGone())
    return attempt
  }

  async #takeRemote({ peerConnection }: HandMade, code: Code, attempt: Attempt): Promise<void> {
    try {
      await peerConnection.setRemoteDescription(descriptionOf(code))
    } catch {
      // Well formed, yet not what the browser takes: a certificate or credentials of nobody.
      attempt.connectionGone()
      throw new CodeError('The browser cannot use this code. Start over with a new one on both devices.')
    }
  }

  async #describe(made: HandMade, kind: Code['kind'], id: Uint8Array, { name }: Opened): Promise<string> {
    await made.gathered(limits.codeGatherMs)
    const session = sessionOf(made.peerConnection.localDescription?.sdp ?? '')
    if (session === null)
      throw new CodeError('This browser describes its connection in a way that fits no code. Try another browser.')
    if (session.addresses.length === 0)
      throw new CodeError(
        'This device is on no network. Join the same Wi-Fi as the other one, or its hotspot: it needs no internet.',
      )
    return encodeCode({ kind, id, expiresAtS: Math.ceil(made.expiresAtMs / 1_000), name: uuidBytes(name), session })
  }
}

const wrongKind = {
  answer: 'This is an invitation, not an answer. The other device shows its answer once it has opened the invitation.',
  invitation: 'This is an answer, not an invitation. It belongs on the device that made the invitation.',
} as const
const otherInvitation =
  'This answer belongs to another invitation. Let the other device open the one that is shown here.'

const expired = (forMs: number): string =>
  `This invitation ended ${minutes(forMs)} ago by this device’s clock. Ask for a new one, or set the clock if it is wrong.`

const minutes = (ms: number): string => {
  const count = Math.ceil(ms / 60_000)
  return `${count} ${count === 1 ? 'minute' : 'minutes'}`
}

function whyNot(failure: AttemptFailure): string {
  switch (failure.why) {
    case 'refused':
      return 'The other side did not take the connection: it is full, or it has left. Try again in a moment.'
    case 'self':
      return 'This is your own invitation: it is for the one you want to bring in.'
    case 'forged':
    case 'malformed':
    case 'broken':
      return 'The other device is not in this room, or something between the two of you changed the code. Start over with a new one.'
    case 'timeout':
    case 'unreachable':
      return 'The two devices did not reach each other. Both must be on one network (the same Wi-Fi, or the hotspot of one of them) and keep this page open. Start over with a new code.'
  }
}
