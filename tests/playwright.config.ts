import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: './e2e',
  outputDir: '../test-results',
  // Browsers and their audio share two cores: one test at a time, or they starve one another.
  workers: 1,
  // Conditions are waited for: what holds costs no time, and a machine that others use as well may need a while.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: process.env['CI'] !== undefined,
  // A test that passes at the second attempt only is a defect.
  retries: 0,
  reporter: 'list',
})
