import type { Unsubscribe } from '../domain/scheduler.ts'

/** The other pages of this app in the same browser, which share what it stores. */
export interface OtherTabs {
  /** Something that is stored has changed. */
  tell(): void
  /** `listener` is called when another page has told so. */
  onTold(listener: () => void): Unsubscribe
}

/** @param subject what it is about: pages hear of the same subject only */
export function openOtherTabs(subject: string, open = (name: string) => new BroadcastChannel(name)): OtherTabs {
  const channel = open(`earshot-${subject}`)
  return {
    tell: () => channel.postMessage(null),
    onTold(listener) {
      channel.addEventListener('message', listener)
      return () => channel.removeEventListener('message', listener)
    },
  }
}
