import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { RoomAddress } from '../../src/domain/address.ts'
import { hashText, type RoomId } from '../../src/domain/ids.ts'
import { decodeCode, encodeCode } from '../../src/net/webrtc/by-hand/code.ts'
import { NodeProcess } from './support/node-process.ts'
import { PeerProcess, type PeerHandle } from './support/peer-process.ts'
import { Person } from './support/person.ts'
import { serveTransportPages, type TransportPages } from './support/transport-pages.ts'

const song = join(import.meta.dirname, '../../public/crate/harbour-lights.mp3')

/** People without a node: each has the page, and from then on there is nothing between their browsers. */
test.describe.serial('a room by codes', () => {
  let node: NodeProcess
  let people: Person[]

  test.beforeAll(async () => {
    ;[node, ...people] = await Promise.all([NodeProcess.start(), Person.arrive(), Person.arrive(), Person.arrive()])
  })
  test.afterAll(async () => {
    await Promise.all((people ?? []).map((person) => person.leave()))
    await node?.kill()
  })

  const link = (person: Person, name: string): Promise<string> =>
    person.page.getByRole('textbox', { name }).inputValue()

  async function invite(person: Person): Promise<string> {
    await person.button('Invite').click()
    await person.button('Connect by code').click()
    await expect(person.page.getByRole('img', { name: 'QR code of the invitation' })).toBeVisible()
    return link(person, 'Invitation by code')
  }

  /** Pastes the invitation on the start page; the result is the answer to bring back. */
  async function open(person: Person, invitation: string): Promise<string> {
    await person.page.getByRole('textbox', { name: 'Got a link or a code?' }).fill(invitation)
    await person.button('Open').click()
    await expect(person.page.getByRole('img', { name: 'QR code of the answer' })).toBeVisible()
    // A reload must not answer it again.
    await expect(person.page).toHaveURL(/#\/r\/[\w~-]+$/)
    return link(person, 'Answer by code')
  }

  const linked = async (person: Person): Promise<number> =>
    (await person.diagnostics()).links.filter(({ transport }) => transport === 'webrtc').length

  test('[E2E-50] [RTC-32] with no node anywhere two connect by pasted codes, hear the same song, and chat', async () => {
    const [ada, ben, cara] = people as [Person, Person, Person]
    const { url } = node
    await Promise.all([ben, cara].map((person) => person.page.goto(url)))
    await ada.startRoom(url, 'Cabin', 'private')
    // They have opened Earshot before: their browsers keep it.
    for (const { page } of people) {
      await page.evaluate(() => navigator.serviceWorker.ready)
      await page.reload()
    }
    await node.kill()
    await ada.addFile(song)
    await ada.listen()
    const answer = await open(ben, await invite(ada))
    await ada.page.getByRole('textbox', { name: 'Their answer' }).fill(answer.slice(0, -5))
    await ada.button('Connect').click()
    await expect(ada.page.getByRole('alert')).toContainText('cut off or damaged')
    await ada.page.getByRole('textbox', { name: 'Their answer' }).fill(answer)
    await ada.button('Connect').click()
    await expect(ada.page.getByText('You are connected.')).toBeVisible()
    await ada.button('Done').click()
    await expect(ben.page.getByRole('img', { name: 'QR code of the answer' })).toBeHidden()
    await expect(ben.page.getByRole('heading', { name: 'Cabin' })).toBeVisible()
    await ada.rewind()
    await ben.listen()
    await ben.hears()
    await ben.say('no node needed')
    await expect(ada.chat).toContainText('no node needed')
  })

  test('[E2E-51] [RTC-35] [RTC-39] a third who connects to one by codes finds the other over their link; a camera may open the answer in another tab', async () => {
    const [ada, ben, cara] = people as [Person, Person, Person]
    const answer = await open(cara, await invite(ben))
    // Ben's camera opens the link in a new tab, which the service worker serves.
    const tab = await ben.page.context().newPage()
    await tab.goto(answer)
    await expect(tab.getByRole('heading', { name: 'Answer handed over' })).toBeVisible()
    await tab.close()
    await expect(ben.page.getByText('You are connected.')).toBeVisible()
    for (const person of people) await expect.poll(() => linked(person)).toBe(2)
    await cara.say('all three')
    for (const person of [ada, ben]) await expect(person.chat).toContainText('all three')
  })
})

/** What a person is told, or what came of it. */
const outcomeOf = (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => 'fine',
    (error: Error) => (error.name === 'AbortError' ? 'given up' : error.message),
  )

/** Opens an invitation in a page; what it does later is asked of the result. */
async function invite(peer: PeerHandle) {
  const held = await peer.page.evaluateHandle(() => window.peerPage.membership!.byHand!.invite())
  await peer.page.evaluate(`globalThis.outcomeOf = ${outcomeOf.toString()}`)
  return {
    code: await held.evaluate(({ code }) => code),
    accept: (answer: string) =>
      held.evaluate((invitation, text) => globalThis.outcomeOf(invitation.accept(text)), answer),
    outcome: () => held.evaluate(({ linked }) => globalThis.outcomeOf(linked)),
    close: () => held.evaluate((invitation) => invitation.close()),
  }
}

declare global {
  var outcomeOf: (promise: Promise<void>) => Promise<string>
}

/** Answers an invitation: the code, or what a person is told. */
const answer = (peer: PeerHandle, code: string): Promise<string> =>
  peer.page.evaluate(
    (text) =>
      window.peerPage.membership!.byHand!.answer(text).then(
        (own) => own.code,
        (error: Error) => error.message,
      ),
    code,
  )

test.describe.serial('codes of no use', () => {
  let pages: TransportPages
  let process: PeerProcess

  test.beforeAll(async () => {
    ;[pages, process] = await Promise.all([serveTransportPages(), PeerProcess.start()])
  })
  test.afterAll(async () => {
    await process?.close()
    await pages?.close()
  })

  /** Nobody listens there. */
  const enter = (room: RoomAddress): Promise<PeerHandle> =>
    process.enter(pages.url, room, { signalUrls: ['ws://127.0.0.1:9/signal'] })

  test('[RTC-33] [RTC-34] a code of no use says why and spoils nothing; other rooms and changed certificates get no link', async () => {
    const newRoom = (): RoomAddress => ({ room: hashText<RoomId>(randomBytes(32)) })
    const room = newRoom()
    const [a, b, stranger] = await Promise.all([enter(room), enter(room), enter(newRoom())])
    const [first, second, third] = [await invite(a), await invite(a), await invite(a)]
    expect(await answer(a, first.code)).toContain('your own invitation')
    const decoded = decodeCode(first.code)
    expect(await answer(b, encodeCode({ ...decoded, expiresAtS: decoded.expiresAtS - 3_600 }))).toContain('ended')
    const toFirst = await answer(b, first.code)
    expect(await answer(b, toFirst)).toContain('an answer, not an invitation')
    expect(await second.accept(toFirst)).toContain('another invitation')
    expect(await second.accept(first.code)).toContain('an invitation, not an answer')
    expect(await first.accept(toFirst.slice(0, -4))).toContain('cut off')

    expect(await second.accept(await answer(stranger, second.code))).toBe('fine')
    expect(await second.outcome()).toContain('not in this room')
    const changed = decodeCode(await answer(b, third.code))
    const fingerprint = changed.session.fingerprint.map((byte, i) => (i === 0 ? byte ^ 1 : byte))
    expect(await third.accept(encodeCode({ ...changed, session: { ...changed.session, fingerprint } }))).toBe('fine')
    expect(await third.outcome()).toContain('did not reach each other')
    expect(await Promise.all([a, b, stranger].map((peer) => peer.links()))).toEqual([[], [], []])

    expect(await first.accept(toFirst)).toBe('fine')
    expect(await first.outcome()).toBe('fine')
    await Promise.all([a.linkedTo(b), b.linkedTo(a)])
    const fourth = await invite(a)
    expect(await answer(b, fourth.code)).toContain('already')
    await fourth.close()
    expect(await fourth.outcome()).toBe('given up')
  })
})
