import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../../tests/support/tool.ts'

/** What a proxy is run with instead of what its example names. */
export interface Place {
  readonly folder: string
  readonly httpPort: number
  readonly httpsPort: number
  readonly nodePort: number
  readonly certFile: string
  readonly keyFile: string
}

/** One of the examples in signaling/hosting. */
export interface Proxy {
  readonly name: string
  /** Writes its configuration; the result is the command that runs it in the foreground. */
  readonly prepare: (place: Place) => Promise<readonly [string, ...string[]]>
}

/** Replaces what must be there, so that a bench cannot pass by an example that says something else. @throws Error when it is not */
function replaced(text: string, pairs: readonly (readonly [string, string])[]): string {
  for (const [from] of pairs) if (!text.includes(from)) throw new Error(`the example does not say "${from}"`)
  return pairs.reduce((done, [from, to]) => done.replaceAll(from, to), text)
}

const example = (file: string): Promise<string> => readFile(join(projectRoot, 'signaling/hosting', file), 'utf8')

/** The example stands inside `http`, as Debian includes it from sites-enabled. */
const nginx: Proxy = {
  name: 'nginx',
  async prepare({ folder, httpPort, httpsPort, nodePort, certFile, keyFile }) {
    const site = replaced(await example('nginx.conf'), [
      ['listen 80;', `listen ${httpPort};`],
      ['[::]:80', `[::]:${httpPort}`],
      ['listen 443 ssl;', `listen ${httpsPort} ssl;`],
      ['[::]:443', `[::]:${httpsPort}`],
      ['/etc/letsencrypt/live/earshot.example/fullchain.pem', certFile],
      ['/etc/letsencrypt/live/earshot.example/privkey.pem', keyFile],
      ['earshot.example', 'localhost'],
      ['127.0.0.1:8080', `127.0.0.1:${nodePort}`],
    ])
    const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    )
    const file = join(folder, 'nginx.conf')
    await writeFile(
      file,
      `daemon off; pid ${folder}/nginx.pid; error_log stderr; events {}\nhttp { access_log off; ${own.join(' ')}\n${site}}`,
    )
    return ['nginx', '-c', file]
  },
}

/** With a certificate of this run: there is nobody here to ask for one. */
const caddy: Proxy = {
  name: 'caddy',
  async prepare({ folder, httpPort, httpsPort, nodePort, certFile, keyFile }) {
    const site = replaced(await example('Caddyfile'), [
      ['earshot.example {', `localhost {\n\ttls ${certFile} ${keyFile}`],
      ['127.0.0.1:8080', `127.0.0.1:${nodePort}`],
    ])
    const file = join(folder, 'Caddyfile')
    const own = `http_port ${httpPort}\n\thttps_port ${httpsPort}\n\tstorage file_system ${folder}/caddy`
    await writeFile(file, `{\n\tadmin off\n\t${own}\n}\n${site}`)
    return ['caddy', 'run', '--adapter', 'caddyfile', '--config', file]
  },
}

export const proxies: readonly Proxy[] = [nginx, caddy]
