import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

export const projectRoot = join(import.meta.dirname, '..', '..')

/**
 * The environment for child processes: the project's own binaries first, so that everything runs on the project's Node
 * even when the machine has an older one and this program was not started by npm.
 */
const toolEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [join(projectRoot, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter),
})

export interface ToolResult {
  readonly ok: boolean
  /** Everything it wrote; empty when it was shown as it came. */
  readonly output: string
}

/** Runs a binary of the project or of the machine, from the project's root unless `cwd` says otherwise. */
export function runTool(
  command: string,
  args: readonly string[],
  show: 'live' | 'captured',
  { env = {}, cwd = projectRoot }: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<ToolResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...toolEnvironment(), ...env },
      stdio: show === 'live' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => resolve({ ok: false, output: `${command}: ${error.message}\n` }))
    child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString('utf8') }))
  })
}
