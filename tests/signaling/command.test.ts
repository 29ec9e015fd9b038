import { spawn, type ChildProcess } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { projectRoot } from '../support/tool.ts'

/** A process loads the whole node; a busy machine may need a while for it. */
const patience = { timeout: 40_000 }

interface Command {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly exit: Promise<number | null>
}

/** `earshot-node` as a process. */
function run(args: readonly string[], file = join(projectRoot, 'signaling/earshot-node.js')): Command {
  const child = spawn(process.execPath, [file, ...args], { env: { PATH: process.env['PATH'] } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => (texts[name] += chunk.toString('utf8')))
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, exit, stdout: () => texts.stdout, stderr: () => texts.stderr }
}

/** The package as npm lays it down for somebody who installs it: below `node_modules`, where Node itself strips no types. */
async function installed(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'earshot-package-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const home = join(dir, 'node_modules', 'earshot')
  await mkdir(join(home, 'dist'), { recursive: true })
  // Older than the sources: an installed package has nothing to build with, and must not try.
  await writeFile(join(home, 'dist', 'index.html'), '<!doctype html><title>Earshot</title>')
  for (const part of ['package.json', 'signaling', 'src/domain', 'src/net', 'src/replica'])
    await cp(join(projectRoot, part), join(home, part), { recursive: true })
  await symlink(join(projectRoot, 'node_modules'), join(home, 'node_modules'))
  return join(home, 'signaling', 'earshot-node.js')
}

describe('the command', { timeout: 90_000 }, () => {
  it('[NODE-44] prints help and version', async () => {
    const [help, version] = [run(['--help']), run(['--version'])]
    expect([await help.exit, await version.exit]).toEqual([0, 0])
    expect(help.stdout()).toMatch(/^Usage: earshot-node [\s\S]*--trust-proxy LIST/)
    expect(version.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('[NODE-40] ends with 1 and lines for people when a wish cannot be met', async () => {
    const wrong = run(['--port', 'x', '--tls', 'maybe'])
    expect(await wrong.exit).toBe(1)
    expect(wrong.stderr()).toBe(
      '--port must be a number from 0 to 65535, not "x".\n--tls must be off or auto, not "maybe".\n',
    )
    const unreadable = run(['--port', '0', '--app', 'off', '--tls-cert', '/nowhere.pem', '--tls-key', '/nowhere.pem'])
    expect(await unreadable.exit).toBe(1)
    expect(unreadable.stderr()).toMatch(/^The certificate cannot be used: .*\/nowhere\.pem.*\n$/)
    const turn = ['--port', '0', '--app', 'off', '--ice', 'turn:a.example', '--turn-secret-file', '/dev/null']
    const empty = run(turn)
    expect(await empty.exit).toBe(1)
    expect(empty.stderr()).toBe('The file for the secret of the TURN servers is empty: /dev/null.\n')
    // Its STUN server, which stands by then, must not keep the process.
    const nowhere = run(['--port', '0', '--app', 'off', '--stun', '0', '--host', '203.0.113.9'])
    expect(await nowhere.exit).toBe(1)
    expect(nowhere.stderr()).toBe('This machine does not have the address that --host names.\n')
  })

  it('[NODE-41] says in its log that the port was taken', async () => {
    const squatter = createServer()
    onTestFinished(() => void squatter.close())
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
    const { port } = squatter.address() as AddressInfo
    const args = ['--port', String(port), '--host', '127.0.0.1', '--app', 'off', '--relay', 'off', '--log', 'json']
    const node = run(args)
    await expect.poll(node.stdout, patience).toContain(`"why":"Port ${port} is taken; using `)
  })

  it('[NODE-49] runs from an installed package, logs lines of JSON, and stops on SIGTERM', async () => {
    const node = run(['--port', '0', '--host', '127.0.0.1', '--log', 'json'], await installed())
    await expect.poll(node.stdout, patience).toContain('\n')
    const { event, port } = JSON.parse(node.stdout()) as { event: string; port: number }
    expect(event).toBe('listening')
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('<title>Earshot</title>')
    const socket = new WebSocket(`ws://127.0.0.1:${port}/signal`)
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    node.child.kill('SIGTERM')
    expect([await closed, await node.exit]).toEqual([1001, 0])
    const events = node
      .stdout()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event)
    expect(events).toEqual(['listening', 'stopping', 'stopped'])
    expect(node.stderr()).toBe('')
  })

  it('[NODE-48] as a service without TLS is not ended by SIGHUP', async () => {
    const node = run(['--port', '0', '--host', '127.0.0.1', '--app', 'off', '--relay', 'off', '--log', 'json'])
    await expect.poll(node.stdout, patience).toContain('\n')
    const { port } = JSON.parse(node.stdout()) as { port: number }
    node.child.kill('SIGHUP')
    // Whom the signal ends is gone before it runs again: an answer says that it was not.
    expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toMatchObject({ ok: true })
    node.child.kill('SIGTERM')
    expect(await node.exit).toBe(0)
  })

  it('[NODE-48] takes up a certificate on SIGHUP, and stays as it was when there is none to take up', async () => {
    const data = await mkdtemp(join(tmpdir(), 'earshot-data-'))
    onTestFinished(() => rm(data, { recursive: true }))
    const node = run(['--port', '0', '--app', 'off', '--tls', 'auto', '--data', data, '--log', 'json'])
    await expect.poll(node.stdout, patience).toContain('"tls":true')
    node.child.kill('SIGHUP')
    await expect.poll(node.stdout, patience).toContain('"event":"renewed"')
    await rm(join(data, 'node-cert.pem'))
    await mkdir(join(data, 'node-cert.pem'))
    node.child.kill('SIGHUP')
    await expect
      .poll(node.stdout)
      .toMatch(/"level":"error","event":"failed","why":"The certificate cannot be renewed: /)
    expect(node.child.exitCode).toBeNull()
  })
})
