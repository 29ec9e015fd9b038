import type { Random, Unsubscribe } from '../../../src/domain/scheduler.ts'
import type { MessagePort } from '../../../src/replica/port.ts'
import type { VirtualTime } from '../../../src/net/memory/virtual-time.ts'

type Listener = (message: Uint8Array) => void

export interface Wire {
  readonly ends: readonly [MessagePort, MessagePort]
  /** Messages in flight are lost, and nothing goes through any more. */
  cut(): void
}

/** A reliable, ordered wire with a random delay per message, and an ear on it. */
export function wire(time: VirtualTime, random: Random, onSend: (message: Uint8Array) => void = () => {}): Wire {
  let open = true
  const listeners = [new Set<Listener>(), new Set<Listener>()] as const
  const end = (own: Set<Listener>, other: Set<Listener>): MessagePort => {
    let dueMs = 0
    return {
      send(message) {
        if (!open) return false
        onSend(message)
        dueMs = Math.max(dueMs, time.nowMs() + 1 + random() * 40)
        time.after(dueMs - time.nowMs(), () => {
          if (open) for (const listener of other) listener(message)
        })
        return true
      },
      onMessage(listener): Unsubscribe {
        own.add(listener)
        return () => own.delete(listener)
      },
    }
  }
  return {
    ends: [end(listeners[0], listeners[1]), end(listeners[1], listeners[0])],
    cut: () => (open = false),
  }
}
