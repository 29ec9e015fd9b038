import { defineConfig } from '@playwright/test'

/** Tests without sound, which no neighbour disturbs. */
const silent = /\/(import|insecure|keeper|lobby|node|private|stock-.*|transport.*|ui.*)\.spec\.ts$/
/** Tests that measure how long there was no sound: what a neighbour takes from them would count. */
const listening = /\/(added-node|media-keys|two-nodes)\.spec\.ts$/

export default defineConfig({
  testDir: './e2e',
  outputDir: '../test-results',
  // Two cores: the others wait for conditions, and a neighbour costs them no more than time.
  projects: [
    { name: 'silent', testMatch: silent, workers: 3 },
    { name: 'sounding', testIgnore: [silent, listening], workers: 2, dependencies: ['silent'] },
    { name: 'listening', testMatch: listening, workers: 1, dependencies: ['sounding'] },
  ],
  workers: 3,
  // Conditions are waited for: what holds costs no time, and a machine that others use as well may need a while.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  forbidOnly: process.env['CI'] !== undefined,
  // A test that passes at the second attempt only is a defect.
  retries: 0,
  reporter: 'list',
})
