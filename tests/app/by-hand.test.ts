import { describe, expect, it, onTestFinished } from 'vitest'
import { MeetingByHand } from '../../src/app/session/by-hand.ts'
import type { ByHandView } from '../../src/app/by-hand-view.ts'
import { codeIn, parseAnswerFragment, parseInvitationFragment } from '../../src/domain/address.ts'
import { CodeError } from '../../src/domain/errors.ts'
import type { RoomId } from '../../src/domain/ids.ts'
import type { ByHand, Handshake, Invitation } from '../../src/net/transport.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { openAnswerDesk } from '../../src/platform/answer-desk.ts'
import { realScheduler } from '../../src/platform/scheduler.ts'
import { routeOf } from '../../src/ui/route.ts'

const room = 'A'.repeat(43) as RoomId
const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

/** A network that links whoever answers `answer-N` to `invitation-N`. */
class FakeNetwork implements ByHand {
  readonly outcomes: PromiseWithResolvers<void>[] = []
  readonly closed: string[] = []
  readonly accepted: string[] = []

  invite(): Promise<Invitation> {
    const handshake = this.#make('invitation')
    const answer = handshake.code.replace('invitation', 'answer')
    const accept = async (code: string): Promise<void> => {
      if (code !== answer) throw new CodeError(`not ${answer}`)
      this.accepted.push(code)
    }
    return Promise.resolve({ ...handshake, accept })
  }

  async answer(code: string): Promise<Handshake> {
    if (!code.startsWith('invitation')) throw new CodeError('no invitation')
    return this.#make('answer')
  }

  #make(kind: string): Handshake {
    const outcome = Promise.withResolvers<void>()
    outcome.promise.catch(() => undefined)
    const code = `${kind}-${this.outcomes.push(outcome)}`
    const close = (): void => {
      this.closed.push(code)
      outcome.reject(new DOMException('closed', 'AbortError'))
    }
    return { code, expiresAtMs: 1_000, linked: outcome.promise, close }
  }
}

function open(desk = openAnswerDesk(realScheduler(), () => new BroadcastChannel('test'))) {
  const network = new FakeNetwork()
  const views: string[] = []
  const problems: unknown[] = []
  const meeting: MeetingByHand = new MeetingByHand({
    ...{ address: { room }, base: 'https://earshot.example/', network: () => network, desk },
    onChange: () => views.push(said(meeting.view)),
    onProblem: (problem) => problems.push(problem),
  })
  return { network, meeting, views, problems, desk }
}

const said = (view: ByHandView): string =>
  view.state === 'idle'
    ? 'idle'
    : `${view.role} ${view.state}${'link' in view ? ` ${view.link}` : ''}${'why' in view ? ` ${view.why}` : ''}`
const invitationLink = (code: string): string => `https://earshot.example/#/r/${room}/${code}`

describe('meeting by codes, as a person goes through it', () => {
  it('[RTC-38] an invitation is shown as the room’s link with a code; its answer, as code or as link, is taken', async () => {
    const { network, meeting, views } = open()
    meeting.invite()
    await turn()
    await expect(meeting.accept('https://earshot.example/#/a/answer-9')).rejects.toThrow('not answer-1')
    await meeting.accept(' https://earshot.example/#/a/ans\r\n wer-1 ')
    network.outcomes[0]?.resolve()
    await turn()
    expect(views).toEqual([
      'inviting preparing',
      `inviting showing ${invitationLink('invitation-1')}`,
      'inviting linking',
      'inviting linked',
    ])
    await expect(meeting.accept('answer-1')).rejects.toThrow(CodeError)
    meeting.close()
  })

  it('[RTC-38] an invitation is answered by a link that brings the answer back', async () => {
    const { network, meeting, views } = open()
    meeting.answer('invitation-7')
    await turn()
    network.outcomes[0]?.reject(new CodeError('over'))
    await turn()
    meeting.answer('nonsense')
    await turn()
    expect(views).toEqual([
      'answering preparing',
      'answering showing https://earshot.example/#/a/answer-1',
      'answering failed over',
      'idle',
      'answering preparing',
      'answering failed no invitation',
    ])
    meeting.close()
  })

  it('[RTC-38] one at a time: a new one gives the earlier one up, cancelling ends it, and leaving the room too', async () => {
    const { network, meeting, views, problems } = open()
    meeting.invite()
    await turn()
    meeting.invite()
    await turn()
    expect(network.closed).toEqual(['invitation-1'])
    meeting.cancel()
    meeting.invite()
    meeting.close()
    await turn()
    expect(network.closed).toEqual(['invitation-1', 'invitation-2', 'invitation-3'])
    expect([views.at(-1), problems]).toEqual(['idle', []])
  })

  it('[RTC-39] an answer that was opened in another tab goes to the one whose invitation it answers, and to no other', async () => {
    const time = new VirtualTime()
    const { network, meeting, desk } = open(openAnswerDesk(time, () => new BroadcastChannel('desk')))
    const idle = open(desk)
    let heard = 0
    const witness = new BroadcastChannel('desk')
    witness.onmessage = () => heard++
    onTestFinished(() => witness.close())
    /** Offers an answer that is heard, and lets the time go by in which it could be taken. */
    const handInVain = async (code: string): Promise<boolean> => {
      const before = heard
      const handed = desk.hand(code)
      await expect.poll(() => heard).toBe(before + 1)
      for (let i = 0; i < 10; i++) await turn()
      await time.advance(10_000)
      return handed
    }
    expect(await handInVain('answer-1')).toBe(false)
    meeting.invite()
    await turn()
    expect(await handInVain('answer-2')).toBe(false)
    expect(await desk.hand('answer-1')).toBe(true)
    expect([network.accepted, idle.network.accepted]).toEqual([['answer-1'], []])
    meeting.close()
    idle.meeting.close()
  })

  it('[RTC-38] links with codes lead to the room and to the answer; damaged ones say so', () => {
    const secret = 'E'.repeat(43)
    expect(routeOf(`#/r/${room}~${secret}/Ab-_9`)).toEqual({
      kind: 'room',
      fragment: `#/r/${room}~${secret}`,
      code: 'Ab-_9',
    })
    expect(routeOf('#/a/Ab-_9')).toEqual({ kind: 'answer', code: 'Ab-_9' })
    for (const bad of [`#/r/${room}/`, `#/r/${room}/a b`, `#/r/${room}/a/b`])
      expect(routeOf(bad)).toMatchObject({ kind: 'nowhere', why: expect.stringContaining('invitation code') })
    expect([parseInvitationFragment(`#/r/${room}`), parseInvitationFragment('#/r/abc/def')]).toEqual([null, null])
    expect([parseAnswerFragment('#/a/'), parseAnswerFragment('#/b/abc')]).toEqual([null, null])
    expect(codeIn(`${invitationLink('Ab-_9')}\n`)).toBe('Ab-_9')
  })
})
