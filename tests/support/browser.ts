import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type LaunchOptions } from '@playwright/test'

/** How long Playwright's download of a browser may take: 150 MB at 1 MB/s, and then some. */
const DOWNLOAD_LIMIT_MS = 240_000
const APT_LIMIT_MS = 300_000

const NAMES_ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const INSTALLED_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
]

const isRoot = (): boolean => process.getuid?.() === 0

/** Every browser that might do, best first: the one that was asked for, Playwright's own, Chrome or Chromium. */
function candidates(): string[] {
  const wished = process.env['EARSHOT_BROWSER']
  if (wished !== undefined && wished !== '') return [wished]
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const onPath = NAMES_ON_PATH.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [chromium.executablePath(), ...INSTALLED_PLACES, ...onPath]
}

/** Path of a Chromium or Chrome on this machine; null when there is none. `EARSHOT_BROWSER` names another one. */
export const findBrowser = (): string | null => candidates().find((path) => existsSync(path)) ?? null

/** Asks a browser for its version: a binary whose system libraries are missing fails here, not in the middle of a test. */
function runs(path: string): boolean {
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0
}

function run(command: string, args: readonly string[], limitMs: number): boolean {
  console.log(`$ ${command} ${args.join(' ')}`)
  return (
    spawnSync(command, args, { stdio: 'inherit', timeout: limitMs, shell: process.platform === 'win32' }).status === 0
  )
}

/**
 * Finds a browser or installs one: Playwright's own, else Debian's when we may. Returns its path.
 * Throws an Error whose one-line message says what to install.
 */
export function ensureBrowser(): string {
  const usable = (): string | undefined => candidates().find((path) => existsSync(path) && runs(path))
  const wished = process.env['EARSHOT_BROWSER']
  const found = usable()
  if (found !== undefined) return found
  if (wished !== undefined && wished !== '')
    throw new Error(`EARSHOT_BROWSER is set to ${wished}, which does not run as a browser.`)

  console.log('No browser found: installing one.')
  const mayUseApt = isRoot() && existsSync('/usr/bin/apt-get')
  run('npx', ['playwright', 'install', ...(mayUseApt ? ['--with-deps'] : []), 'chromium'], DOWNLOAD_LIMIT_MS)
  const downloaded = usable()
  if (downloaded !== undefined) return downloaded
  if (mayUseApt && run('apt-get', ['update'], APT_LIMIT_MS)) run('apt-get', ['install', '-y', 'chromium'], APT_LIMIT_MS)
  const installed = usable()
  if (installed !== undefined) return installed
  throw new Error(
    'No browser: install Chrome or Chromium (Debian: sudo apt-get install chromium), or set EARSHOT_BROWSER to its path.',
  )
}

/** How tests and benches start a browser. Throws when there is none: call `ensureBrowser` first. */
export function launchOptions(): LaunchOptions & { readonly executablePath: string } {
  const executablePath = findBrowser()
  if (executablePath === null)
    throw new Error('No browser: run `npm test` once, which installs one, or set EARSHOT_BROWSER.')
  return {
    executablePath,
    args: [
      // Chromium's sandbox refuses to run as root.
      ...(isRoot() ? ['--no-sandbox'] : []),
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    // Playwright mutes headless browsers; muted ones are not throttled like real ones and cannot be heard by the ear rig.
    ignoreDefaultArgs: ['--mute-audio'],
  }
}
