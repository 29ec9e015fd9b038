import { EarshotError } from '../domain/errors.ts'
import { strings } from './strings.ts'

/** Something that a person asked for did not work; `message` says what to do. Shown by `<earshot-toasts>`. */
export class ProblemEvent extends Event {
  static readonly type = 'earshot-problem'
  readonly message: string
  constructor(message: string) {
    super(ProblemEvent.type, { bubbles: true, composed: true })
    this.message = message
  }
}

/** Something changed by itself that a person should know. Shown by `<earshot-toasts>`, told politely. */
export class ToldEvent extends Event {
  static readonly type = 'earshot-told'
  readonly message: string
  constructor(message: string) {
    super(ToldEvent.type, { bubbles: true, composed: true })
    this.message = message
  }
}

/** Opens one of the overlays that live at the page's root or, on a phone, a panel of the room. */
export class OpenEvent extends Event {
  static readonly type = 'earshot-open'
  readonly what: 'help' | 'settings' | 'invite' | 'tune' | 'chat' | 'people' | 'files'
  constructor(what: OpenEvent['what']) {
    super(OpenEvent.type, { bubbles: true, composed: true })
    this.what = what
  }
}

/** The person wants to be at `fragment` (`#/` or a room's). */
export class NavigateEvent extends Event {
  static readonly type = 'earshot-navigate'
  readonly fragment: string
  constructor(fragment: string) {
    super(NavigateEvent.type, { bubbles: true, composed: true })
    this.fragment = fragment
  }
}

/** The person is through with what lies over the page, or gave it up. */
export class BackEvent extends Event {
  static readonly type = 'earshot-back'
  /** Through with all of it. */
  readonly done: boolean
  constructor(done: boolean) {
    super(BackEvent.type, { bubbles: true, composed: true })
    this.done = done
  }
}

/** A profile was edited: both values as they should be from now on. */
export class ProfileEvent extends Event {
  static readonly type = 'earshot-profile'
  readonly name: string
  readonly face: string
  constructor(name: string, face: string) {
    super(ProfileEvent.type, { bubbles: true, composed: true })
    this.name = name
    this.face = face
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'earshot-problem': ProblemEvent
    'earshot-told': ToldEvent
    'earshot-open': OpenEvent
    'earshot-navigate': NavigateEvent
    'earshot-back': BackEvent
    'earshot-profile': ProfileEvent
  }
}

/** What a person reads of an error. Errors that are not ours are programming errors: reported to the console, told in general words. */
export function messageOf(error: unknown): string {
  if (error instanceof EarshotError) return error.message
  reportError(error)
  return strings.errors.unexpected
}

/** Runs a command for an element; what goes wrong is shown as a toast. What was cancelled on purpose is no problem. */
export function attempt(host: EventTarget, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') return
    host.dispatchEvent(new ProblemEvent(messageOf(error)))
  })
}
