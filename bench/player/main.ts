/**
 * What playing costs: processor time and memory of the tab that plays a file of an hour, over the same tab in an empty room, and beside
 * a bare page that loops one decoded buffer: what the browser itself costs here.
 * `npm run bench -- player [--seconds 120] [--seeks 12] [--minutes 60]`
 * Last line: one JSON object. Needs Linux (/proc), PulseAudio and ffmpeg.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { NodeProcess } from '../../tests/e2e/support/node-process.ts'
import { ensureBrowser } from '../../tests/support/browser.ts'
import { MUSIC_RATE, noiseMusic } from '../ears/music/noise-music.ts'
import { wavFile } from '../ears/music/wav.ts'
import { Listener } from '../ears/people/listener.ts'
import { ffmpeg } from '../ears/rig/ffmpeg.ts'
import { watchHost, type HostLoad } from '../ears/rig/host.ts'
import { erase, ownFolder } from '../ears/rig/owned.ts'
import { missingTools } from '../ears/rig/pulse-server.ts'
import { onTearDown, tearDown } from '../ears/rig/tear-down.ts'
import { sharedCard } from '../ears/rig/shared-card.ts'
import { openBarePage } from './bare-page.ts'
import { memoryMB, playingProcesses, usedS } from './processes.ts'
import { LEFT_S, LONGEST_MS, watchImport } from './watch-import.ts'

/** What is asked: per cent of a core, and MB over the empty room, at any moment. */
const MOST_CPU_PERCENT = 5
const MOST_OVER_IDLE_MB = 60
/** An empty room is watched for so long, after it has come to rest. */
const IDLE_S = 10
const RESTS_S = 10
/** The bare page is watched for so long: it does the same all the time. */
const BARE_S = 20
const SAMPLE_S = 5
const SEEK_S = 5
/** The hour is this one minute of seeded music, again and again. */
const PIECE_S = 60

interface Usage {
  readonly cpuPercent: number
  readonly memoryMB: readonly number[]
}

/** Watches a browser's playing tab for a while. */
async function watch(browser: number, seconds: number, meanwhile?: (sample: number) => Promise<unknown>) {
  const ids = playingProcesses(browser)
  const [startS, startMs] = [usedS(browser, ids), performance.now()]
  const memory: number[] = []
  const period = meanwhile === undefined ? SAMPLE_S : SEEK_S
  for (let i = 0; i * period < seconds; i++) {
    await meanwhile?.(i)
    await wait(period * 1000)
    memory.push(memoryMB(ids))
  }
  const elapsedS = (performance.now() - startMs) / 1000
  return { cpuPercent: (100 * (usedS(browser, ids) - startS)) / elapsedS, memoryMB: memory } satisfies Usage
}

async function longFile(folder: string, minutes: number): Promise<string> {
  const piece = join(folder, 'minute.wav')
  const file = join(folder, `${minutes} minutes.mp3`)
  await writeFile(piece, wavFile(noiseMusic(77, PIECE_S), MUSIC_RATE))
  const loops = Math.ceil((minutes * 60) / PIECE_S) - 1
  ffmpeg('-stream_loop', String(loops), '-i', piece, '-ac', '2', '-b:a', '128k', file)
  return file
}

/** What the browser takes for a page that does nothing but play. */
async function measureBare(env: Record<string, string>): Promise<Usage> {
  const listener = await Listener.arrive({ env, bufferFrames: 0 })
  try {
    const close = await openBarePage(listener.page)
    await wait(RESTS_S * 1000)
    const usage = await watch(listener.process, BARE_S)
    await close()
    return usage
  } finally {
    await listener.leave()
  }
}

const overMB = (usage: Usage, idleMB: number): number => Math.max(...usage.memoryMB) - idleMB
const growthMB = (usage: Usage): number => usage.memoryMB.at(-1)! - usage.memoryMB[0]!

/** Prints what was measured; `load` is known once all has ended. */
type Report = (load: HostLoad) => void

async function measure(seconds: number, seeks: number, minutes: number): Promise<Report> {
  const folder = await ownFolder()
  onTearDown(async () => erase(folder))
  const file = await longFile(folder, minutes)
  const rig = await sharedCard(1)
  onTearDown(() => rig.close())
  console.log(
    `${''.padEnd(34)}${['CPU, %', 'memory, MB', 'over idle', 'growth'].map((name) => name.padStart(12)).join('')}`,
  )
  // Each row as soon as it is known: a run of ten minutes that ends early shall tell how far it came.
  const row = (name: string, usage: Usage, idleMB = NaN): void =>
    console.log(
      name.padEnd(34) +
        [usage.cpuPercent, Math.max(...usage.memoryMB), overMB(usage, idleMB), growthMB(usage)]
          .map((value) => (Number.isNaN(value) ? '' : value.toFixed(1)).padStart(12))
          .join(''),
    )
  const bare = await measureBare(rig.env(0))
  row('bare page, one looped buffer', bare)
  const node = await NodeProcess.start()
  onTearDown(() => node.kill())
  const listener = await Listener.arrive({ env: rig.env(0), bufferFrames: 0 })
  onTearDown(() => listener.leave())
  const browser = listener.process

  await listener.startRoom(node.url)
  await wait(RESTS_S * 1000)
  const idle = await watch(browser, IDLE_S)
  const idleMB = Math.max(...idle.memoryMB)
  row('empty room', idle, idleMB)
  const play = async (): Promise<Usage> => {
    await listener.listen()
    // The file is being added meanwhile.
    await listener.hears(LONGEST_MS)
    await wait(RESTS_S * 1000)
    return watch(browser, seconds)
  }
  const [adding, playing] = await Promise.all([watchImport(listener, file), play()])
  console.log(
    `${'adds a file, private memory'.padEnd(46)}${adding.peakMB.toFixed(1).padStart(24)}${adding.leftMB.toFixed(1).padStart(12)} (at most, and left ${LEFT_S} s after; it took ${adding.seconds.toFixed(1)} s, and ${adding.cpuS.toFixed(1)} s of processor)`,
  )
  row(`plays a file of ${minutes} minutes`, playing, idleMB)
  const lengthS = minutes * 60
  const seeking = await watch(browser, seeks * SEEK_S, (i) => listener.seek(((i + 0.5) * lengthS) / seeks))
  row(`${seeks} seeks all over it`, seeking, idleMB)
  const overIdleMB = Math.max(overMB(playing, idleMB), overMB(seeking, idleMB))
  const held = playing.cpuPercent <= MOST_CPU_PERCENT && overIdleMB <= MOST_OVER_IDLE_MB
  return (load) => {
    console.log(
      `asked: CPU <= ${MOST_CPU_PERCENT} % of a core while it plays, <= ${MOST_OVER_IDLE_MB} MB over the empty room: ${held ? 'holds' : 'DOES NOT HOLD'}; steal ${load.stealPercent.toFixed(1)} %, others ${load.othersPercent.toFixed(0)} %`,
    )
    const rounded = (_key: string, value: unknown): unknown =>
      typeof value === 'number' ? Math.round(value * 100) / 100 : value
    const json = {
      cpuPercent: playing.cpuPercent,
      bareCpuPercent: bare.cpuPercent,
      idleCpuPercent: idle.cpuPercent,
      seekingCpuPercent: seeking.cpuPercent,
      importPeakMB: adding.peakMB,
      importLeftMB: adding.leftMB,
      importS: adding.seconds,
      importCpuS: adding.cpuS,
    }
    console.log(
      JSON.stringify(
        { bench: 'player', minutes, seconds, ...json, idleMB, overIdleMB, growthMB: growthMB(playing), held, ...load },
        rounded,
      ),
    )
  }
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    seeks: { type: 'string', default: '12' },
    minutes: { type: 'string', default: '60' },
  },
})
const missing = missingTools()
if (missing === null) {
  ensureBrowser()
  const host = watchHost()
  let report: Report | null = null
  try {
    report = await measure(Number(values.seconds), Number(values.seeks), Number(values.minutes))
  } catch (error) {
    // Before anything is taken down: that may fail too, or wait for what has broken, and then nobody would hear of this.
    console.error(error)
    process.exitCode = 1
  } finally {
    await tearDown()
  }
  const load = host()
  report?.(load)
} else {
  console.error(missing)
  process.exitCode = 1
}
