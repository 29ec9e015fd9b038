import { defineConfig } from '@playwright/test'

/** Tests without sound, which no neighbour disturbs. */
const silent = /\/(import|insecure|keeper|lobby|node|private|stock-.*|transport.*|ui.*)\.spec\.ts$/

export default defineConfig({
  testDir: './e2e',
  outputDir: '../test-results',
  // Browsers that play share two cores: one such test at a time, or they starve one another.
  projects: [
    { name: 'silent', testMatch: silent, workers: 2 },
    { name: 'sounding', testIgnore: silent, workers: 1, dependencies: ['silent'] },
  ],
  workers: 2,
  // Conditions are waited for: what holds costs no time, and a machine that others use as well may need a while.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: process.env['CI'] !== undefined,
  // A test that passes at the second attempt only is a defect.
  retries: 0,
  reporter: 'list',
})
