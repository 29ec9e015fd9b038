import { codeIn, formatAnswerFragment, formatInvitationFragment, type RoomAddress } from '../../domain/address.ts'
import { CodeError } from '../../domain/errors.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { ByHand, Handshake, Invitation } from '../../net/transport.ts'
import type { AnswerDesk } from '../../platform/answer-desk.ts'
import type { RoomSession } from './room-session.ts'
import type { ByHandPort, ByHandRole, ByHandView } from '../by-hand-view.ts'

interface MeetingByHandOptions {
  readonly address: RoomAddress
  /** What links begin with. */
  readonly base: string
  /** Undefined where no network can. */
  readonly network: () => ByHand | undefined
  /** Answers that were opened as a link in another tab of this browser. */
  readonly desk: Pick<AnswerDesk, 'take'>
  /** `view` is another one. */
  readonly onChange: () => void
  readonly onProblem: (problem: unknown) => void
}

/** For one room's people, over that room's networks. */
export const meetIn = (session: RoomSession, desk: MeetingByHandOptions['desk']): MeetingByHand =>
  new MeetingByHand({
    ...{ address: session.parts.address, base: session.parts.base, onProblem: session.parts.onProblem, desk },
    network: () => session.byHand,
    onChange: () => session.refresh(),
  })

/** Meeting one person by codes, as a person goes through it: one at a time. */
export class MeetingByHand implements ByHandPort {
  readonly #options: MeetingByHandOptions
  readonly #stopTaking: Unsubscribe
  #view: ByHandView = { state: 'idle' }
  #handshake: Handshake | null = null
  /** Set while an invitation waits for its answer. */
  #invitation: Invitation | null = null
  /** Counts beginnings: what an earlier one still tells is of no interest. */
  #turn = 0

  constructor(options: MeetingByHandOptions) {
    this.#options = options
    this.#stopTaking = options.desk.take(async (code) => {
      if (this.#invitation === null) return false
      return this.accept(code).then(
        () => true,
        () => false, // an answer to somebody else's invitation, maybe in another tab
      )
    })
  }

  get view(): ByHandView {
    return this.#view
  }

  invite(): void {
    const { address, base } = this.#options
    this.#begin('inviting', async (network) => {
      const invitation = await network.invite()
      return { handshake: invitation, invitation, link: base + formatInvitationFragment(address, invitation.code) }
    })
  }

  answer(code: string): void {
    this.#begin('answering', async (network) => {
      const handshake = await network.answer(codeIn(code))
      return { handshake, invitation: null, link: this.#options.base + formatAnswerFragment(handshake.code) }
    })
  }

  async accept(pasted: string): Promise<void> {
    const invitation = this.#invitation
    if (invitation === null)
      throw new CodeError('No invitation is open here. Make a new one, and let the other device open it.')
    const turn = this.#turn
    await invitation.accept(codeIn(pasted))
    if (turn !== this.#turn || this.#view.state !== 'showing') return
    this.#invitation = null
    this.#show({ state: 'linking', role: 'inviting' })
  }

  cancel(): void {
    this.#turn++
    this.#handshake?.close()
    this.#handshake = this.#invitation = null
    if (this.#view.state !== 'idle') this.#show({ state: 'idle' })
  }

  close(): void {
    this.#stopTaking()
    this.cancel()
  }

  #begin(
    role: ByHandRole,
    make: (network: ByHand) => Promise<{ handshake: Handshake; invitation: Invitation | null; link: string }>,
  ): void {
    this.cancel()
    const turn = this.#turn
    const run = async (): Promise<void> => {
      this.#show({ state: 'preparing', role })
      const network = this.#options.network()
      if (network === undefined) throw new CodeError('This browser cannot connect by codes.')
      const { handshake, invitation, link } = await make(network)
      if (turn !== this.#turn) return handshake.close()
      this.#handshake = handshake
      this.#invitation = invitation
      this.#show({ state: 'showing', role, link, expiresAtMs: handshake.expiresAtMs })
      await handshake.linked
      if (turn === this.#turn) this.#end({ state: 'linked', role })
    }
    run().catch((error: unknown) => {
      if (turn !== this.#turn) return
      const isGivenUp = error instanceof DOMException && error.name === 'AbortError'
      if (isGivenUp) return this.#end({ state: 'idle' })
      if (!(error instanceof CodeError)) this.#options.onProblem(error)
      const why = error instanceof CodeError ? error.message : 'The browser could not prepare a connection. Start over.'
      this.#end({ state: 'failed', role, why })
    })
  }

  #end(view: ByHandView): void {
    this.#handshake = this.#invitation = null
    this.#show(view)
  }

  #show(view: ByHandView): void {
    this.#view = view
    this.#options.onChange()
  }
}
