import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { RoomPort } from '../app/room-view.ts'
import { attempt, OpenEvent, ProblemEvent } from './events.ts'
import { goesOn, placeOf, shortcutOf, type Shortcut } from './shortcuts.ts'

/** Keys of the whole page while a room is open. */
export class ShortcutController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement
  readonly #port: () => RoomPort | undefined
  readonly #picture: () => HTMLElement | null

  /** @param picture what fills the screen instead of the page, while there is something to watch */
  constructor(
    host: ReactiveControllerHost & HTMLElement,
    port: () => RoomPort | undefined,
    picture: () => HTMLElement | null,
  ) {
    this.#host = host
    this.#port = port
    this.#picture = picture
    host.addController(this)
  }

  hostConnected(): void {
    window.addEventListener('keydown', this.#onKey)
  }

  hostDisconnected(): void {
    window.removeEventListener('keydown', this.#onKey)
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const path = event.composedPath()
    // An open dialog keeps its keys to itself; one just closed holds the focus until the next frame, but no keys.
    if (event.defaultPrevented || path.some((target) => target instanceof HTMLDialogElement && target.open)) return
    const shortcut = shortcutOf(event, placeOf(path))
    const port = this.#port()
    if (shortcut === null || port === undefined) return
    event.preventDefault()
    if (!event.repeat || goesOn(shortcut)) this.#run(shortcut, port)
  }

  #run(shortcut: Shortcut, port: RoomPort): void {
    const { view } = port
    switch (shortcut.kind) {
      case 'toggle-play':
      case 'skip':
      case 'seek':
        return this.#control(shortcut, port)
      case 'toggle-mute':
        return port.setMuted(!view.sound.muted)
      case 'volume':
        if (view.sound.muted && shortcut.by > 0) port.setMuted(false)
        return port.setVolume(Math.min(1, Math.max(0, Math.round((view.sound.volume + shortcut.by) * 100) / 100)))
      case 'full-screen':
        return attempt(
          this.#host,
          document.fullscreenElement === null
            ? (this.#picture() ?? document.documentElement).requestFullscreen()
            : document.exitFullscreen(),
        )
      case 'chat':
      case 'help':
        this.#host.dispatchEvent(new OpenEvent(shortcut.kind))
    }
  }

  #control(shortcut: Shortcut, port: RoomPort): void {
    const { control, now } = port.view
    if (!control.allowed) {
      this.#host.dispatchEvent(new ProblemEvent(control.why))
      return
    }
    if (shortcut.kind === 'toggle-play') return attempt(this.#host, now?.playing === true ? port.pause() : port.play())
    if (now === null) return
    if (shortcut.kind === 'skip') return attempt(this.#host, port.skip())
    if (shortcut.kind === 'seek')
      attempt(this.#host, port.seek(Math.min(now.track.durationMs, Math.max(0, port.positionMs() + shortcut.byMs))))
  }
}
