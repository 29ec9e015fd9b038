/** `npm run dev`: Vite with hot reload on one port, with a community node behind its paths. */
import { join } from 'node:path'
import { createServer } from 'vite'
import { createNode } from '../../signaling/node.ts'
import { readConfig } from '../../signaling/config.ts'
import { projectRoot } from './tool.ts'

const request = readConfig([], { PORT: process.env['PORT'] })
const port = request.ask === 'run' ? request.config.port : 0

const node = createNode({ port: 0, host: '127.0.0.1', log: () => {} })
const { url } = await node.ready
const vite = await createServer({
  root: join(projectRoot, 'src'),
  configFile: join(projectRoot, 'vite.config.ts'),
  server: {
    port,
    proxy: {
      '/signal': { target: url, ws: true },
      '/lobby': { target: url, ws: true },
      ...{ '/health': url, '/ice': url, '/keep': url },
    },
  },
})
await vite.listen()
vite.printUrls()

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void Promise.all([vite.close(), node.close()]).then(() => process.exit(0))
  })
}
