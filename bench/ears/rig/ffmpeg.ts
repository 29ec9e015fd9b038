import { spawnSync } from 'node:child_process'

/** Runs ffmpeg to its end. @throws Error that says what to install, or what it complained of. */
export function ffmpeg(...args: readonly string[]): void {
  const { error, status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], { encoding: 'utf8' })
  if (error !== undefined) throw new Error('This bench needs ffmpeg: apt-get install -y ffmpeg', { cause: error })
  if (status !== 0) throw new Error(`ffmpeg failed: ${stderr}`)
}
