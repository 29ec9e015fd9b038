import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, expect, test, type BrowserContext, type Page } from '@playwright/test'
import type { FileTrack } from '../../src/domain/record.ts'
import { launchOptions } from '../support/browser.ts'
import type { LongImport } from './pages/media/media.ts'
import { serveMediaPage } from './support/media-page.ts'

const fixtures = join(import.meta.dirname, '../fixtures/audio')
const readFixture = (name: string): Promise<Buffer> => readFile(join(fixtures, name))

test.describe('import in a browser', () => {
  let server: Awaited<ReturnType<typeof serveMediaPage>>
  let profile: string
  let context: BrowserContext
  let page: Page

  const open = async (): Promise<Page> => {
    const opened = await context.newPage()
    await opened.goto(server.url)
    await opened.waitForFunction(() => 'mediaPage' in window)
    return opened
  }
  const launch = async (): Promise<void> => {
    context = await chromium.launchPersistentContext(profile, launchOptions())
    page = await open()
  }
  const importFixture = async (name: string, on = page): Promise<FileTrack> => {
    const base64 = (await readFixture(name)).toString('base64')
    const result = await on.evaluate(([bytes, shown]) => window.mediaPage.import(bytes, shown), [base64, name] as const)
    if ('error' in result) throw new Error(`${result.error}: ${result.message}`)
    return result.track
  }

  test.beforeAll(async () => {
    ;[server, profile] = await Promise.all([serveMediaPage(), mkdtemp(join(tmpdir(), 'earshot-profile-'))])
    await launch()
  })

  test.afterAll(async () => {
    await context?.close()
    await server?.close()
    if (profile !== undefined) await rm(profile, { recursive: true, force: true })
  })

  const sounding = ['sweep.mp3', 'vbr-no-header.mp3', 'sweep.m4a', 'sweep-faststart.m4a', 'sweep.aac', 'sweep.flac']
  for (const name of [...sounding, 'sweep.opus', 'sweep.webm', 'sweep.ogg', 'sweep.wav']) {
    test(`[MEDIA-21] ${name}: stored in OPFS as it was, decodable, and as long as it sounds`, async () => {
      const track = await importFixture(name)
      expect(await page.evaluate(() => window.mediaPage.kind)).toBe('opfs')
      const original = createHash('sha256')
        .update(await readFixture(name))
        .digest('hex')
      expect(await page.evaluate((ref) => window.mediaPage.sha256(ref), track)).toBe(original)
      const decodedMs = await page.evaluate((ref) => window.mediaPage.decodedMs(ref), track)
      // The player never runs dry before the signed end; what decoders put out behind it is padding of one frame at most.
      expect(decodedMs - track.durationMs).toBeGreaterThan(-0.1)
      expect(decodedMs - track.durationMs).toBeLessThan(25)
      expect(Math.abs(track.durationMs - 1_500)).toBeLessThan(60)
    })
  }

  const refused: readonly [string, RegExp][] = [
    ['empty.mp3', /is empty/],
    ['text.mp3', /holds no audio/],
    ['silent-video.webm', /holds no audio/],
    ['truncated.mp3', /was cut off/],
    ['truncated.m4a', /was cut off/],
    ['truncated-no-index.m4a', /was cut off/],
    ['truncated.flac', /was cut off/],
    ['truncated.ogg', /was cut off/],
    ['truncated.wav', /was cut off/],
  ]
  for (const [name, message] of refused) {
    test(`[MEDIA-18] ${name}: refused in words, and nothing else changes`, async () => {
      const before = await page.evaluate(() => window.mediaPage.stored())
      const base64 = (await readFixture(name)).toString('base64')
      const result = await page.evaluate(([bytes, shown]) => window.mediaPage.import(bytes, shown), [
        base64,
        name,
      ] as const)
      expect(result).toMatchObject({ error: 'TrackFileError', message: expect.stringMatching(message) })
      expect(await page.evaluate(() => window.mediaPage.stored())).toEqual(before)
    })
  }

  test('[MEDIA-22] a picture in the tags becomes a small cover of its own', async () => {
    const track = await importFixture('with-cover.mp3')
    expect(track.cover?.type).toMatch(/^image\/(webp|jpeg)$/)
    const [width, height, type] = await page.evaluate((ref) => window.mediaPage.picture(ref), track.cover!)
    expect([width, height]).toEqual([512, 512])
    expect(type).toBe(track.cover!.type)
  })

  test('[MEDIA-23] two tabs share one store: both import, read and see what the other has, and neither evicts what the other pins', async () => {
    const other = await open()
    const noise = (on: Page, seed: number): Promise<FileTrack> =>
      on.evaluate(async (from) => (await window.mediaPage.importNoise(2_000_000, from)).track, seed)
    // The same file in both at once, and another one beside it.
    const [a, b, c] = await Promise.all([noise(page, 1), noise(other, 1), noise(other, 2)])
    expect(a.id).toBe(b.id)
    const hash = (on: Page, track: FileTrack): Promise<string> =>
      on.evaluate((ref) => window.mediaPage.sha256(ref), track)
    expect(await hash(page, a)).toBe(await hash(other, a))
    await expect.poll(() => page.evaluate((ref) => window.mediaPage.progress(ref).complete, c)).toBe(true)
    expect(await hash(page, c)).toBe(await hash(other, c))

    await other.evaluate((ref) => window.mediaPage.want([ref]), c)
    expect(await page.evaluate((ref) => window.mediaPage.remove(ref.id), c)).toBe(false)
    expect(await page.evaluate((ref) => window.mediaPage.remove(ref.id), a)).toBe(true)
    await expect.poll(() => other.evaluate((ref) => window.mediaPage.progress(ref).complete, a)).toBe(false)
    await other.close()
    // The tab is gone, and its pins with it.
    await expect.poll(() => page.evaluate((ref) => window.mediaPage.remove(ref.id), c)).toBe(true)
  })

  test('[MEDIA-20] a full disk: what was heard longest ago goes, what is wanted stays, and the message says what to do', async () => {
    const blobs = await page.evaluate(() => window.mediaPage.stored())
    for (const { id } of blobs) await page.evaluate((which) => window.mediaPage.remove(which), id)
    const session = await context.newCDPSession(page)
    const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0)
    const quotaSize = usage + 13_000_000
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(server.url).origin, quotaSize })
    const noise = (bytes: number, seed: number): Promise<FileTrack> =>
      page.evaluate(async (args) => (await window.mediaPage.importNoise(...args)).track, [bytes, seed] as const)
    const complete = (track: FileTrack): Promise<boolean> =>
      page.evaluate((ref) => window.mediaPage.progress(ref).complete, track)
    const first = await noise(7_000_000, 1)
    const second = await noise(7_000_000, 2)
    expect([await complete(first), await complete(second)]).toEqual([false, true])
    await page.evaluate((ref) => window.mediaPage.want([ref]), second)
    await expect(noise(7_000_000, 3)).rejects.toThrow(/Free some disk space/)
    expect(await complete(second)).toBe(true)
    expect(await page.evaluate(() => window.mediaPage.stored())).toHaveLength(1)
    await page.evaluate(() => window.mediaPage.want([]))
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(server.url).origin })
  })

  test('[MEDIA-24] what is stored outlives the browser', async () => {
    const { track, mbPerSecond } = await page.evaluate(() => window.mediaPage.importNoise(8_000_000, 7))
    test.info().annotations.push({ type: 'import', description: `${mbPerSecond.toFixed(0)} MB/s` })
    const hash = await page.evaluate((ref) => window.mediaPage.sha256(ref), track)
    await context.close()
    await launch()
    expect(await page.evaluate((ref) => window.mediaPage.progress(ref).complete, track)).toBe(true)
    expect(await page.evaluate((ref) => window.mediaPage.sha256(ref), track)).toBe(hash)
  })

  /** `ffmpeg -nostats -i FILE -af ebur128=peak=sample:dualmono=true -f null -` (5.1): integrated LUFS and sample peak, dBFS. */
  const loudness: readonly [string, number, number][] = [
    ['sweep.mp3', -11.5, -9.1],
    ['sweep.m4a', -10.5, -5.9],
    ['sweep.flac', -14.2, -10.5],
    ['sweep.opus', -11.1, -9.8],
    ['sweep.ogg', -11.1, -9.5],
    ['sweep.wav', -14.1, -10.5],
    ['../../../public/crate/glass-garden.mp3', -13.9, -1],
    ['../../../public/crate/harbour-lights.mp3', -11.7, -1],
    ['../../../public/crate/night-train-north.mp3', -13.1, -0.8],
    ['../../../public/crate/paper-kites.mp3', -11.1, -0.9],
  ]
  for (const [name, lufs, dbfs] of loudness) {
    test(`[LOUD-1] [LOUD-3] ${name}: as loud as ffmpeg says`, async () => {
      const measured = (await importFixture(name)).loudness!
      expect(Math.abs(measured.integratedLufs - lufs)).toBeLessThanOrEqual(0.15)
      expect(Math.abs(measured.peakDbfs - dbfs)).toBeLessThanOrEqual(0.15)
    })
  }

  test('[LOUD-3] a long file is measured in a worker, with progress, and the worker ends when it is cancelled', async () => {
    const base64 = (await readFile(join(import.meta.dirname, '../../public/crate/harbour-lights.mp3'))).toString(
      'base64',
    )
    const long = (cancelAt?: number): Promise<LongImport> =>
      page.evaluate(([bytes, at]) => window.mediaPage.importLong(bytes, 5, at), [base64, cancelAt] as const)
    const measuring = (): number => page.workers().filter((worker) => worker.url().includes('loudness.worker')).length
    let started = 0
    page.on('worker', (worker) => void (started += worker.url().includes('loudness.worker') ? 1 : 0))

    const before = await page.evaluate(() => window.mediaPage.stored())
    const cancelled = await long(0.3)
    expect(cancelled).toMatchObject({ track: null, error: 'AbortError' })
    expect(cancelled.fractions.at(-1)).toBeLessThan(0.4)
    await expect.poll(() => started).toBe(1)
    await expect.poll(measuring).toBe(0)
    expect(await page.evaluate(() => window.mediaPage.stored())).toEqual(before)

    const { track, seconds, fractions } = await long()
    expect(Math.abs(track!.loudness!.integratedLufs + 11.7)).toBeLessThanOrEqual(0.15)
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    expect(fractions.length).toBeGreaterThan(50)
    await expect.poll(measuring).toBe(0)
    const minutes = track!.durationMs / 60_000
    const description = `${minutes.toFixed(1)} min at ${((60 * minutes) / seconds).toFixed(0)} x real time`
    test.info().annotations.push({ type: 'import', description })
    await page.evaluate((id) => window.mediaPage.remove(id), track!.id)
  })
})
