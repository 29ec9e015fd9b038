import { readFileSync } from 'node:fs'

/** Scripts that a browser loads before the first paint: those that the page names, and their static imports (`modulepreload`). */
const page = readFileSync('dist/index.html', 'utf8')
const initialScripts = [...page.matchAll(/(?:src|href)="[./]*(assets\/[^"]+\.js)"/g)].map((match) => `dist/${match[1]}`)

export default [{ name: 'initial JavaScript', path: initialScripts, gzip: true, limit: '260 kB' }]
