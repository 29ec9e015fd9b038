/**
 * Meeting somebody without a node: one hands over an invitation, the other an answer to it.
 * - `idle`
 * - `preparing`: this device looks up its own addresses
 * - `showing`: the link with the own code is there to be handed over; `inviting` waits for the answer, `answering` for the other side
 * - `linking`: the answer was taken, the connection is being made
 * - `linked`
 * - `failed`: it came to nothing; `why` says what to do
 */
export type ByHandView =
  | { readonly state: 'idle' }
  | { readonly state: 'preparing' | 'linking' | 'linked'; readonly role: ByHandRole }
  | { readonly state: 'showing'; readonly role: ByHandRole; readonly link: string; readonly expiresAtMs: number }
  | { readonly state: 'failed'; readonly role: ByHandRole; readonly why: string }

export type ByHandRole = 'inviting' | 'answering'

/** Its changes are told as the room's. */
export interface ByHandPort {
  readonly view: ByHandView
  /** Makes an invitation; one that was open is given up. */
  invite(): void
  /** Answers an invitation. */
  answer(code: string): void
  /** Takes the answer to the invitation that is shown: its code or link, as it was pasted. Rejects with an EarshotError, and the invitation stays open. */
  accept(pasted: string): Promise<void>
  /** Gives up what is under way; what came about stays. */
  cancel(): void
}
