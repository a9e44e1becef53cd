import { defineConfig, devices } from '@playwright/test'
import { launchOptions } from './scripts/chromium.mjs'

// The journeys start the app themselves, each with its own data.
export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  timeout: 120_000,
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  use: { ...devices['Desktop Chrome'], launchOptions: launchOptions(), trace: 'retain-on-failure' },
  projects: [{ name: 'chromium' }],
})
