import { LitElement, nothing } from 'lit'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import { RoomController } from './context.ts'
import { attempt } from './events.ts'

/** An element inside a room: renders the room's view, and sends commands whose failure becomes a toast. */
export abstract class RoomElement extends LitElement {
  protected readonly room = new RoomController(this)

  /** What to show of a room; called whenever anything in it has changed. */
  protected abstract renderRoom(view: RoomView, port: RoomPort): unknown

  protected override render(): unknown {
    const port = this.room.port
    return port === undefined ? nothing : this.renderRoom(port.view, port)
  }

  /** Runs a command of the room. */
  protected command(work: (port: RoomPort) => Promise<unknown>): void {
    const port = this.room.port
    if (port !== undefined) attempt(this, work(port))
  }
}
