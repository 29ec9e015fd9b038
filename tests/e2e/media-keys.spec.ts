import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { BareTab } from './support/bare-tab.ts'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

const crate = join(import.meta.dirname, '../../public/crate')
const song = join(crate, 'harbour-lights.mp3')
const nextSong = join(crate, 'paper-kites.mp3')

/** What a page's media session was told, and the element that it lives on: the browser does not show either. */
const spy = `{
  const told = (globalThis.told = { keys: {}, position: null, silence: null })
  const { setActionHandler, setPositionState } = MediaSession.prototype
  MediaSession.prototype.setActionHandler = function (action, handler) {
    told.keys[action] = handler
    setActionHandler.call(this, action, handler)
  }
  MediaSession.prototype.setPositionState = function (state) {
    told.position = state
    setPositionState.call(this, state)
  }
  const { play } = HTMLMediaElement.prototype
  HTMLMediaElement.prototype.play = function () {
    told.silence = this
    return play.call(this)
  }
}`

/** Listens to all that a page sends to its loudspeaker: the last 0.7 s at a time, every sample of them. */
const ears = `{
  const { connect } = AudioNode.prototype
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      const analyser = new AnalyserNode(this.context, { fftSize: 32768 })
      connect.call(this, analyser)
      const wave = new Float32Array(32768)
      const sinceS = this.context.currentTime
      globalThis.hear = () => {
        analyser.getFloatTimeDomainData(wave)
        let [run, longest] = [0, 0]
        const { currentTime, sampleRate } = this.context
        // What it heard before it was there is no silence: the player may go over to another output.
        const fresh = wave.subarray(Math.max(0, wave.length - (currentTime - sinceS) * sampleRate))
        for (const value of fresh) longest = Math.max(longest, (run = Math.abs(value) < 1e-4 ? run + 1 : 0))
        return { silenceS: longest / sampleRate, visibility: document.visibilityState }
      }
    }
    return connect.call(this, to, ...rest)
  }
}`

interface Heard {
  readonly silenceS: number
  readonly visibility: string
}

test.describe.serial('media keys and sound out of sight', () => {
  let node: NodeProcess
  let ada: Person
  let ben: BareTab
  let link: string

  const told = <T>(expression: string): Promise<T> => ada.page.evaluate<T>(`(${expression})`)
  const press = (action: string, details = '{}'): Promise<void> => told(`told.keys.${action}(${details})`)
  const offered = (): Promise<string[]> =>
    told('Object.keys(told.keys).filter((action) => told.keys[action] !== null).sort()')
  const silent = (): Promise<boolean> => told('told.silence.paused')

  test.beforeAll(async () => {
    node = await NodeProcess.start()
    ;[ada, ben] = await Promise.all([Person.arrive(), BareTab.open()])
    await ada.page.addInitScript(spy)
  })

  test.afterAll(async () => {
    await Promise.all([ada?.leave(), ben?.close()])
    await node?.kill()
  })

  test('[KEYS-6] the system is shown what sounds, and a silent element carries its keys', async () => {
    link = await ada.startRoom(node.url, 'Bus')
    await ada.addFile(song)
    await expect.poll(async () => (await ada.diagnostics()).playback.playing).toBe(true)
    expect(await told('navigator.mediaSession.metadata')).toBeNull()
    expect(await offered()).toEqual([])
    await ada.listen()
    await ada.hears()
    await expect.poll(() => told('navigator.mediaSession.playbackState')).toBe('playing')
    // The cover comes from the store, and the element from the network, each when it comes.
    await expect
      .poll(() =>
        told(
          '(({ title, artist, album, artwork }) => ({ title, artist, album, artwork: artwork[0]?.src }))(navigator.mediaSession.metadata)',
        ),
      )
      .toEqual({
        ...{ title: 'Harbour Lights', artist: 'Earshot House Band', album: 'The Demo Crate' },
        artwork: expect.stringMatching(/^blob:/),
      })
    await expect.poll(() => told('told.position?.duration')).toBeGreaterThan(60)
    await expect.poll(offered).toEqual(['nexttrack', 'pause', 'seekbackward', 'seekforward', 'seekto'])
    // Browsers list what is unmuted, audible by its volume and not short; its samples are silence.
    await expect
      .poll(() =>
        told(
          '(({ paused, muted, volume, loop, duration }) => ({ paused, muted, volume, loop, duration }))(told.silence)',
        ),
      )
      .toEqual({ paused: false, muted: false, volume: 1, loop: true, duration: 6 })
  })

  test('[KEYS-2] [KEYS-3] in front of the person, keys do what the buttons do', async () => {
    await ada.rewind()
    await press('seekto', '{ seekTime: 60 }')
    await expect.poll(async () => (await ada.diagnostics()).playback.positionMs).toBeGreaterThan(59_000)
    await expect(ada.page.getByText('You moved the position')).toBeVisible()
    await press('pause')
    await expect(ada.page.getByText('You paused')).toBeVisible()
    await ada.hearsNothing()
    await expect.poll(silent).toBe(true)
    await expect.poll(() => told('navigator.mediaSession.playbackState')).toBe('paused')
    await press('play')
    await ada.hears()
    await expect.poll(silent).toBe(false)
  })

  test('[KEYS-5] [KEYS-6] a loudspeaker that the system takes away stops this device alone, and comes back with it', async () => {
    await ada.rewind()
    // It has played for seconds and does not run: no output is open for it.
    expect(await told('told.silence.currentTime')).toBeLessThan(0.5)
    await told('told.silence.pause()')
    await ada.hearsNothing()
    expect((await ada.diagnostics()).playback.playing).toBe(true)
    await expect(ada.page.getByText('You stopped your own sound')).toBeVisible()
    await told('void told.silence.play()')
    await ada.hears()
    await expect(ada.button('Listen')).toBeHidden()
  })

  test('[KEYS-7] sound goes on behind another tab, from one track to the next, in time', async () => {
    await ada.rewind()
    await ada.addFile(nextSong)
    await ben.goTo(link, `${spy}\n${ears}`)
    const listen = `(() => {
      const find = (root) => {
        for (const element of root.querySelectorAll('*')) {
          if (element.matches('button.listen')) return element
          const inside = element.shadowRoot && find(element.shadowRoot)
          if (inside) return inside
        }
        return null
      }
      return find(document)
    })()`
    await expect.poll(() => ben.evaluate(`${listen} !== null`)).toBe(true)
    await ben.evaluate(`${listen}.click()`)
    const hears = (): Promise<boolean> =>
      ben.evaluate('earshot.diagnostics()?.playback.level > 0.01 && hear().silenceS < 0.02')
    await expect.poll(hears, { timeout: 40_000 }).toBe(true)
    await ben.goBehind()
    const track = (): Promise<string> => ben.evaluate('earshot.diagnostics().playback.track')
    const first = await track()
    await press('seekto', `{ seekTime: ${await told<number>('told.position.duration')} - 8 }`)
    const heard: Heard[] = []
    const startedMs = Date.now()
    const length = (): number => (Date.now() - startedMs) / 1_000
    await expect
      .poll(async () => (heard.push(await ben.evaluate<Heard>('hear()')), length() > 15), {
        intervals: [200],
        timeout: 60_000,
      })
      .toBe(true)
    expect(new Set(heard.map(({ visibility }) => visibility))).toEqual(new Set(['hidden']))
    await expect.poll(track).not.toBe(first)
    // A tab that is held back does not follow the seek, nor to the next song, and runs dry for good. A busy machine loses moments, each of
    // which is in three or four of the windows; so are the seek and the breath between the songs.
    const whole = heard.filter(({ silenceS }) => silenceS < 0.02)
    expect(whole.length / heard.length).toBeGreaterThan(0.5)
    expect(heard.length).toBeGreaterThan(20)
    const errorMs = (): Promise<number> => ben.evaluate('Math.abs(earshot.diagnostics().playback.errorMs)')
    await expect.poll(errorMs).toBeLessThan(5)
  })

  test('[KEYS-3] behind another tab pause is one’s own, and play comes back in at the room’s present', async () => {
    await ben.evaluate('told.keys.pause({})')
    await expect.poll(() => ben.evaluate<number>('hear().silenceS')).toBeGreaterThan(0.6)
    expect((await ada.diagnostics()).playback.playing).toBe(true)
    await ada.hears()
    await ben.evaluate('told.keys.play({})')
    await expect.poll(() => ben.evaluate<number>('hear().silenceS')).toBeLessThan(0.02)
    const errorMs = (): Promise<number> => ben.evaluate('Math.abs(earshot.diagnostics().playback.errorMs)')
    await expect.poll(errorMs).toBeLessThan(5)
  })
})
