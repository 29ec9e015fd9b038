import { expect, test } from '@playwright/test'
import type { RoomView } from '../../src/app/room-view.ts'
import { Visitor } from './support/gallery.ts'

type Part = Partial<RoomView>

/** Every mix of what the player's column may hold, laid out in the page; the result names what is wrong with it. */
async function faults(): Promise<string[]> {
  const { room } = window.gallery
  if (room === null) return ['there is no room']
  const first = room.view
  const now = first.now!
  const long = 'A Very Long Title That Goes On and On About the Weather in the North'
  const mix: readonly Readonly<Record<string, Part>>[] = [
    {
      direct: { connection: { state: 'direct', nodeDown: false } },
      alone: { connection: { state: 'alone', nodeDown: false } },
      'no route': { connection: { state: 'no-route', nodeDown: false } },
    },
    {
      playing: {},
      locked: { sound: { ...first.sound, state: 'locked' } },
      away: { sound: { ...first.sound, state: 'locked', away: true, remedies: ['back'] } },
      failed: {
        sound: {
          ...first.sound,
          state: 'failed',
          message: 'This browser cannot decode ac-3. Another browser on this device may.',
          remedies: ['other-engine', 'skip'],
        },
      },
    },
    {
      song: { now },
      'long title': { now: { ...now, track: { ...now.track, title: long } } },
      video: { now: { ...now, track: { ...now.track, type: 'video/mp4', video: { widthPx: 1920, heightPx: 1080 } } } },
      nothing: { now: null },
    },
    {
      free: { control: { allowed: true } },
      ruled: { control: { allowed: false, why: 'Only hosts may play, pause and skip in this room.' } },
    },
  ]
  const shadow = (host: Element | null | undefined): ShadowRoot => host!.shadowRoot!
  const roomRoot = shadow(shadow(document.querySelector('earshot-app')).querySelector('earshot-room'))
  const stage = roomRoot.querySelector('.stage')!
  const inside = (selector: string): Element[] => {
    const [host, part] = selector.split(' ')
    return [...shadow(roomRoot.querySelector(host!)).querySelectorAll(part!)]
  }
  const parts = [
    'earshot-connection .notice',
    'earshot-now .art',
    'earshot-now earshot-picture',
    'earshot-now .words',
    'earshot-remedy section',
    'earshot-listen .gate',
    'earshot-transport section',
    'earshot-mine section',
  ]
  const leaves = 'h2, h3, p:not([hidden]), button, input, span:not(.sr), .notice'
  const wide = innerWidth >= 760

  const judge = (): string[] => {
    const found: string[] = []
    const box = stage.getBoundingClientRect()
    const [top, bottom] = wide ? [box.top, box.bottom] : [-Infinity, Infinity]
    const boxes = parts.flatMap((name) =>
      inside(name).flatMap((part) => {
        const host = (part.getRootNode() as ShadowRoot).host
        const all = [part, ...part.querySelectorAll(leaves)].map((each) => each.getBoundingClientRect())
        for (const at of all.filter(({ width }) => width > 0)) {
          if (at.top < top - 0.5 || at.bottom > bottom + 0.5) found.push(`${name} is cut off below or above`)
          if (at.left < Math.max(0, box.left) - 0.5 || at.right > Math.min(innerWidth, box.right) + 0.5)
            found.push(`${name} is cut off at a side`)
        }
        return part.checkVisibility() && !host.hasAttribute('hidden') ? [{ name, at: all[0]! }] : []
      }),
    )
    const docked = roomRoot.querySelector('earshot-transport')!.getBoundingClientRect()
    const flows = wide ? boxes : boxes.filter(({ name }) => !name.startsWith('earshot-transport'))
    for (const [i, one] of flows.entries())
      for (const other of flows.slice(i + 1)) {
        const [a, b] = [one.at, other.at]
        const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 0.5 || b.bottom <= a.top + 0.5
        if (!apart) found.push(`${one.name} lies over ${other.name}`)
      }
    for (const { name, at } of boxes) {
      if (name === 'earshot-now .art' && (Math.abs(at.width - at.height) > 0.5 || at.height < 80))
        found.push(`the cover is ${at.width} x ${at.height}`)
      const asks = name.startsWith('earshot-listen') || name.startsWith('earshot-remedy')
      if (!wide && asks && at.bottom > docked.top + scrollY) found.push(`${name} is below what one sees`)
    }
    return found
  }

  const mixes = mix.reduce<{ readonly name: string; readonly part: Part }[]>(
    (made, choices) =>
      made.flatMap(({ name, part }) =>
        Object.entries(choices).map(([word, more]) => ({ name: `${name} ${word}`, part: { ...part, ...more } })),
      ),
    [{ name: '', part: {} }],
  )
  const all: string[] = []
  for (const { name, part } of mixes) {
    room.change({ ...first, ...part })
    // Elements render in microtasks: all of them have done so by the next task.
    await new Promise((resolve) => setTimeout(resolve))
    all.push(...new Set(judge().map((fault) => `${name}: ${fault}`)))
  }
  return all
}

test.describe('the player’s column', () => {
  let visitor: Visitor

  test.beforeAll(async () => {
    visitor = await Visitor.arrive()
  })

  test.afterAll(() => visitor?.leave())

  for (const [width, height] of [
    [1920, 1080],
    [1440, 900],
    [1280, 720],
    [390, 844],
  ] as const) {
    test(`[UI-54] at ${width} x ${height} it stands whole, whatever is in it`, async () => {
      await visitor.page.setViewportSize({ width, height })
      await visitor.show('busy')
      expect(await visitor.page.evaluate(faults)).toEqual([])
    })
  }
})
