import { html, nothing } from 'lit'
import type { ChatView } from '../app/room-view.ts'
import './earshot-face.ts'
import { dayText, timeOfDay } from './format.ts'
import { strings } from './strings.ts'

/** Messages of one person within this time share one heading. */
const TOGETHER_MS = 5 * 60_000

/** One message or notice of the chat, under the day's name where `before` is of another day, and under its author's where that is somebody else's. */
export function chatItem(item: ChatView, before: ChatView | undefined): unknown {
  const day = dayText(item.atMs)
  const newDay = before !== undefined && dayText(before.atMs) !== day
  const divider = newDay ? html`<p class="day">${day}</p>` : nothing
  if (item.kind !== 'message') {
    return html`${divider}
      <p class="notice">${strings.chat[item.kind](item.by.name)} <time>${timeOfDay(item.atMs)}</time></p>`
  }
  const joined =
    !newDay && before?.kind === 'message' && before.by.peer === item.by.peer && item.atMs - before.atMs < TOGETHER_MS
  return html`${divider}
    <div class="message ${joined ? '' : 'new'}">
      ${
        joined
          ? nothing
          : html`<earshot-face .seed=${item.by.face}></earshot-face>
              <div class="by"><span class="ellipsis">${item.by.name}</span><time>${timeOfDay(item.atMs)}</time></div>`
      }
      <div class="text">${item.text}</div>
    </div>`
}
