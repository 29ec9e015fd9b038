import { settings, type Setting } from './settings.ts'

/** What `--help` prints. */
export function helpText(): string {
  const lines = Object.entries<Setting>(settings).map(
    ([flag, { env, value, help }]) => `  --${flag} ${value}\n      ${help}\n      environment: ${env}`,
  )
  return `Usage: earshot-node [flags]

Runs an Earshot node: it serves the app and helps browsers find each other. It keeps nothing of what they do, but rooms that they ask for (--keep).
A flag wins over the environment.

${lines.join('\n')}
  --help, -h
      this text
  --version
      the version

A guide from nothing to a node with TLS: docs/HOSTING.md`
}
