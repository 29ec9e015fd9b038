import { VitePWA } from 'vite-plugin-pwa'
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
    // libp2p is larger than Vite's 500 kB, and fetched only once a room is usable.
    chunkSizeWarningLimit: 800,
    // Never `data:` URLs: the node's content security policy lets scripts and worklets come from files only.
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
  plugins: [
    // The app must open without its node: rooms, cached tracks and unsent words are all on the device.
    VitePWA({
      registerType: 'prompt',
      injectRegister: false,
      // Written by hand, beside its icons: public/manifest.webmanifest.
      manifest: false,
      workbox: {
        globPatterns: ['**/*.{html,js,css,svg,png,woff2,json,webmanifest}'],
        // The demo pieces are kept once somebody has heard them, not before.
        globIgnores: ['**/crate/*.mp3'],
        runtimeCaching: [
          {
            urlPattern: ({ url }) => url.pathname.startsWith('/crate/'),
            handler: 'CacheFirst',
            options: { cacheName: 'demo-crate', expiration: { maxEntries: 16 } },
          },
        ],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
      },
    }),
  ],
  server: { headers: isolationHeaders },
  test: {
    root: import.meta.dirname,
    include: ['tests/**/*.test.ts'],
    // Two cores: more workers only wait for one another.
    maxWorkers: 2,
    // Conditions are waited for; a busy machine may need a while.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 25_000 } },
  },
})
