import { defineConfig } from 'vitest/config'
import { isolationHeaders } from './signaling/headers.ts'

export default defineConfig({
  root: 'src',
  publicDir: '../public',
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2024',
    sourcemap: true,
    // Never `data:` URLs: the node's content security policy lets scripts and worklets come from files only.
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
  server: { headers: isolationHeaders },
  test: {
    root: import.meta.dirname,
    include: ['tests/**/*.test.ts'],
    // Two cores: more workers only wait for one another.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
})
