import { describe, expect, it } from 'vitest'
import { TrackFileError } from '../../src/domain/errors.ts'
import { limits } from '../../src/domain/limits.ts'
import { isBody } from '../../src/domain/record-schema.ts'
import { importLink, type LinkParts, type MediaFacts } from '../../src/media/import-link.ts'
import { fakeTrack } from '../support/records.ts'

const song = 'https://music.example/albums/My_song%20one.mp3?v=2'
const facts: MediaFacts = { durationMs: 90_000, isSeekable: true }

/** A browser in front of one host. */
function browser(host: { answer?: () => Response; facts?: MediaFacts | null; isSecure?: boolean } = {}) {
  const asked: RequestInit[] = []
  const files: File[] = []
  const probed: string[] = []
  const parts: LinkParts = {
    fetch: async (_url, init = {}) => {
      asked.push(init)
      if (host.answer === undefined) throw new TypeError('Failed to fetch')
      return host.answer()
    },
    probe: async (url) => (probed.push(url), host.facts ?? null),
    importFile: async (file, { onProgress }) => (files.push(file), onProgress?.(1), fakeTrack(7)),
    isSecure: host.isSecure ?? true,
  }
  const fractions: number[] = []
  const add = (address: string, signal = new AbortController().signal) =>
    importLink(address, parts, { signal, onProgress: (fraction) => fractions.push(fraction) })
  return { add, asked, files, probed, fractions }
}

describe('a link', () => {
  it('[MEDIA-29] that its host lets pages read is copied once and then a file like any other', async () => {
    const headers = { 'content-length': '6' }
    const { add, asked, files, probed, fractions } = browser({ answer: () => new Response('abcdef', { headers }) })
    expect(await add(song)).toEqual(fakeTrack(7))
    expect(asked).toMatchObject([{ mode: 'cors', credentials: 'omit', referrerPolicy: 'no-referrer' }])
    expect([files[0]!.name, await files[0]!.text(), probed]).toEqual(['My_song one.mp3', 'abcdef', []])
    expect(fractions).toEqual([0.5, 1])
  })

  it('[MEDIA-30] that pages may only play becomes an entry that a record can hold', async () => {
    const { add } = browser({ facts: { ...facts, video: { widthPx: 320, heightPx: 180 } } })
    const track = await add('HTTPS://Music.Example/albums/../a film.webm')
    expect(track).toEqual({
      url: 'https://music.example/a%20film.webm',
      durationMs: 90_000,
      title: 'a film',
      video: { widthPx: 320, heightPx: 180 },
    })
    expect(isBody('entry', { track })).toBe(true)
    expect(await browser({ facts }).add('https://music.example')).toMatchObject({ title: 'music.example' })
    expect(await browser({ facts }).add('https://music.example/100%.mp3')).toMatchObject({ title: '100%' })
  })

  it.each<[string, string, Parameters<typeof browser>[0], RegExp]>([
    ['words', 'my song', {}, /no address of music/],
    ['other schemes', 'file:///etc/passwd', {}, /no address of music/],
    ['scripts', 'javascript:alert(1)', {}, /no address of music/],
    ['passwords', 'https://ada:secret@music.example/a.mp3', {}, /no address of music/],
    ['too long ones', `https://music.example/${'a'.repeat(limits.urlChars)}`, {}, /no address of music/],
    ['http on an https page', 'http://music.example/a.mp3', {}, /plain http\. Try the address with https/],
    ['missing files', song, { answer: () => new Response('', { status: 404 }) }, /music\.example answered 404/],
    ['hosts out of reach', song, {}, /music\.example does not answer/],
    ['live streams', song, { facts: { ...facts, durationMs: Infinity } }, /has no end/],
    [
      'what cannot be entered in the middle',
      song,
      { facts: { ...facts, isSeekable: false } },
      /only from its beginning/,
    ],
    ['what is too long', song, { facts: { ...facts, durationMs: limits.trackDurationMs + 1 } }, /longer than 24 hours/],
    [
      'what is too large',
      song,
      { answer: () => new Response('a', { headers: { 'content-length': String(limits.trackBytes + 1) } }) },
      /larger than 1 GB/,
    ],
  ])('[MEDIA-30] refuses %s and says what to do', async (_name, address, host, message) => {
    const attempt = browser(host).add(address)
    await expect(attempt).rejects.toThrow(TrackFileError)
    await expect(attempt).rejects.toThrow(message)
  })

  it('[MEDIA-30] takes plain http on a page that came over it, and from this machine', async () => {
    expect(await browser({ facts, isSecure: false }).add('http://nas:8080/a.mp3')).toMatchObject({ title: 'a' })
    expect(await browser({ facts }).add('http://localhost:8080/a.mp3')).toMatchObject({ title: 'a' })
  })

  it('[MEDIA-29] is not read when its host does not say how long it is: it may never end', async () => {
    let cancelled = false
    const endless = (): Response =>
      new Response(
        new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(9)), cancel: () => void (cancelled = true) }),
      )
    const live = browser({ answer: endless, facts: { ...facts, durationMs: Infinity } })
    await expect(live.add(song)).rejects.toThrow(/has no end/)
    expect([cancelled, live.files]).toEqual([true, []])
    expect(await browser({ answer: endless, facts }).add(song)).toMatchObject({ url: song })
  })

  it('[MEDIA-29] says so when the connection breaks off, and stops when it is cancelled', async () => {
    const broken = (): Response =>
      new Response(new ReadableStream({ pull: (to) => to.error(new TypeError('network error')) }), {
        headers: { 'content-length': '6' },
      })
    await expect(browser({ answer: broken }).add(song)).rejects.toThrow(/music\.example broke off/)
    const abort = new AbortController()
    abort.abort()
    const { add, probed } = browser({ facts })
    await expect(add(song, abort.signal)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(probed).toEqual([])
  })

  it.each([
    ['not canonical', 'https://Music.example/a.mp3'],
    ['without a path', 'https://music.example'],
    ['of a script', 'javascript:alert(1)'],
    ['with a password', 'https://ada:secret@music.example/a.mp3'],
    ['with a line feed', 'https://music.example/a\n.mp3'],
    ['no text', 7],
  ])('[RECORD-3] an address that is %s stands in no record', (_why, url) => {
    const track = { url, durationMs: 1, title: 'a' }
    expect(isBody('entry', { track })).toBe(false)
    expect(isBody('entry', { track: { ...track, url: 'https://music.example/a.mp3' } })).toBe(true)
    expect(isBody('entry', { track: { ...fakeTrack(1), url: 'https://music.example/a.mp3' } })).toBe(false)
  })
})
