#!/usr/bin/env node
/**
 * The command `earshot-node`. The node is written in TypeScript, which Node 24 runs as it is, though not below `node_modules`, where
 * this package lies once it is installed: there a hook takes the types away. On an older Node the project's own one takes over
 * (a dependency of a checkout); without it, one line says what to install. This file is JavaScript because any Node must read it.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

const start = new URL('start.ts', import.meta.url)
const ownNode = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))

if ('registerHooks' in nodeModule && process.features.typescript) {
  if (start.pathname.includes('/node_modules/')) stripTypesBelow(new URL('..', import.meta.url).href)
  await import(start.href)
} else if (existsSync(ownNode) && ownNode !== process.execPath) {
  const child = spawn(ownNode, [fileURLToPath(start), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
} else {
  console.error(`Earshot needs Node.js 24 or later; this is ${process.version}. Get it from https://nodejs.org.`)
  process.exitCode = 1
}

function stripTypesBelow(root) {
  const { emitWarning } = process
  // Node calls this function an experiment on standard error; whoever runs a node can do nothing about that.
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith('stripTypeScriptTypes')) emitWarning.call(process, warning, ...rest)
  }
  nodeModule.registerHooks({
    load(url, context, nextLoad) {
      const ours = url.startsWith(root) && !url.startsWith(`${root}node_modules/`) && url.endsWith('.ts')
      if (!ours) return nextLoad(url, context)
      const source = nodeModule.stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'))
      return { format: 'module', source, shortCircuit: true }
    },
  })
}
