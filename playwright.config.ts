/** End-to-end tests. `npm test -- e2e` builds first and passes the browser in CHROMIUM. Shared steps: e2e/shared. */
import { defineConfig } from '@playwright/test'

/** PAGEWARD_E2E_PORT: for a second run beside another. */
const PORT = Number(process.env['PAGEWARD_E2E_PORT'] ?? 5198)

export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  timeout: 90_000,
  // Two slow cores draw in software: what is right may take a while to show.
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: 'out/e2e-report.json' }]],
  outputDir: 'out/e2e',
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    headless: true,
    // It copies the whole app in every new context, beside the test. offline.spec.ts lets it.
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    // Recording doubles the time of a test: asked for when one fails.
    trace: process.env['PAGEWARD_TRACE'] === undefined ? 'off' : 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'browser', testMatch: 'browser/**/*.spec.ts' },
    { name: 'desktop', testMatch: 'desktop/**/*.spec.ts' },
  ],
  webServer: {
    command: `node scripts/static-server.mjs out/web ${PORT}`,
    url: `http://127.0.0.1:${PORT}`,
    reuseExistingServer: false,
    timeout: 20_000,
  },
})
