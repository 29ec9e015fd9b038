/** `npm start`: builds the app when needed and runs a community node until Ctrl-C. */
import { join } from 'node:path'
import { isBuildFresh } from './freshness.ts'
import { lanAddress } from './lan-address.ts'
import { parsePort, startOnFreePort } from './port.ts'

const root = join(import.meta.dirname, '..')

async function main(): Promise<void> {
  const port = parsePort(process.env['PORT'])
  if (port === null) return fail(`PORT must be a number from 0 to 65535, not "${process.env['PORT']}".`)

  if (!(await isBuildFresh(root))) {
    console.log('Building the app …')
    // Loaded only when needed: a machine that only runs a built app need not have Vite.
    const { build } = await import('vite')
    await build({ root: join(root, 'src'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
  }

  const node = await startOnFreePort({ port, host: '::', distDir: join(root, 'dist'), log: () => {} }).catch((error) =>
    // Machines without IPv6 cannot listen on `::`.
    isCode(error, 'EAFNOSUPPORT')
      ? startOnFreePort({ port, host: '0.0.0.0', distDir: join(root, 'dist'), log: () => {} })
      : Promise.reject(error),
  )
  const actual = node.address().port
  if (port !== 0 && actual !== port) console.log(`Port ${port} is taken; using ${actual}.`)
  console.log(`Earshot is ready:   http://localhost:${actual}`)
  const lan = lanAddress()
  if (lan !== null) {
    console.log(`On your network:    http://${lan}:${actual}`)
    console.log(
      'Other devices need https (a reverse proxy or tunnel): over plain http browsers allow sound and storage on localhost only.',
    )
  }
  console.log('Press Ctrl-C to stop.')

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      console.log('Stopping …')
      void node.close().then(() => process.exit(0))
    })
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}

function explain(error: unknown): string {
  if (isCode(error, 'EACCES'))
    return 'This port needs administrator rights: choose one above 1023, e.g. PORT=8080 npm start.'
  if (isCode(error, 'EADDRINUSE'))
    return 'This port and the next ones are all taken: choose another, e.g. PORT=9000 npm start.'
  return `Earshot could not start: ${error instanceof Error ? error.message : String(error)}`
}

await main().catch((error: unknown) => fail(explain(error)))
