import * as v from 'valibot'
import { limits } from '../domain/limits.ts'
import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'

/** Whoever has the invitation has to see first whether the answer is good for it, maybe in the background of a busy device, while this page still loads. */
const answerWithinMs = 10_000

const messageSchema = v.variant('kind', [
  v.object({ kind: v.literal('answer'), ticket: v.string(), code: v.pipe(v.string(), v.maxLength(limits.codeChars)) }),
  v.object({ kind: v.literal('taken'), ticket: v.string() }),
])
type Message = v.InferOutput<typeof messageSchema>

/**
 * Where pages of one browser pass answers on: a camera opens an answer's link in a new tab, while the invitation, and the connection that it
 * stands for, live in another.
 */
export interface AnswerDesk {
  /** Is offered every answer; true takes it. */
  take(taker: (code: string) => Promise<boolean>): Unsubscribe
  /** Offers an answer to the other pages; false when none takes it. */
  hand(code: string): Promise<boolean>
}

export function openAnswerDesk(scheduler: Scheduler, open = () => new BroadcastChannel('earshot-answers')): AnswerDesk {
  return {
    take(taker) {
      const channel = open()
      const say = (message: Message): void => channel.postMessage(message)
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        const message = read(data)
        if (message?.kind !== 'answer') return
        const { ticket, code } = message
        void taker(code).then((taken) => taken && say({ kind: 'taken', ticket }))
      }
      return () => channel.close()
    },
    hand(code) {
      const channel = open()
      const ticket = crypto.randomUUID()
      return new Promise<boolean>((resolve) => {
        const settle = (taken: boolean): void => {
          stopTimer()
          channel.close()
          resolve(taken)
        }
        const stopTimer = scheduler.after(answerWithinMs, () => settle(false))
        channel.onmessage = ({ data }: MessageEvent<unknown>) => {
          const message = read(data)
          if (message?.kind === 'taken' && message.ticket === ticket) settle(true)
        }
        channel.postMessage({ kind: 'answer', ticket, code } satisfies Message)
      })
    },
  }
}

const read = (data: unknown): Message | null => {
  const result = v.safeParse(messageSchema, data)
  return result.success ? result.output : null
}
