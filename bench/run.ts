import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** `npm run bench -- NAME [arguments]`: runs bench/NAME.ts or bench/NAME/main.ts, which reads its own arguments from `process.argv`. */
const folder = fileURLToPath(new URL('.', import.meta.url))

const fileOf = (name: string): string | undefined =>
  [`${folder}${name}.ts`, `${folder}${name}/main.ts`].find((file) => existsSync(file))

const names = readdirSync(folder, { withFileTypes: true })
  .map((entry) => (entry.isDirectory() ? entry.name : entry.name.replace(/\.ts$/, '')))
  .filter((name) => name !== 'run' && fileOf(name) !== undefined)
  .toSorted()

const [name, ...rest] = process.argv.slice(2)
if (name !== undefined && names.includes(name)) {
  const file = fileOf(name)!
  process.argv = [process.argv[0]!, file, ...rest]
  await import(pathToFileURL(file).href)
} else {
  console.error(name === undefined ? 'Which bench?' : `There is no bench "${name}".`)
  console.error(`npm run bench -- NAME [arguments], where NAME is one of: ${names.join(', ')}`)
  process.exitCode = 1
}
