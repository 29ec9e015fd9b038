/** `npm run dev`: Vite with hot reload on one port, with a community node behind its `/signal`. */
import { join } from 'node:path'
import { createServer } from 'vite'
import { createNode } from '../../signaling/node.ts'
import { parsePort } from '../../signaling/port.ts'
import { projectRoot } from './tool.ts'

const port = parsePort(process.env['PORT'])
if (port === null) {
  console.error('PORT must be a number from 0 to 65535.')
  process.exit(1)
}

const node = createNode({ port: 0, host: '127.0.0.1', log: () => {} })
const { url } = await node.ready
const vite = await createServer({
  root: join(projectRoot, 'src'),
  configFile: join(projectRoot, 'vite.config.ts'),
  server: { port, proxy: { '/signal': { target: url, ws: true }, '/healthz': url } },
})
await vite.listen()
vite.printUrls()

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void Promise.all([vite.close(), node.close()]).then(() => process.exit(0))
  })
}
