/** Opens the desktop app for a test: real Electron if ELECTRON names it, else the stand-in. */
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test'
import { resolve } from 'node:path'

const EXECUTABLE = process.env['ELECTRON'] ?? resolve('e2e/standin/run.mjs')

interface Desktop {
  readonly app: ElectronApplication
  readonly page: Page
  /** Process id of the core's utility process. */
  corePid(): Promise<number>
}

async function launch(): Promise<Desktop> {
  const app = await _electron.launch({ executablePath: EXECUTABLE, args: ['.'], timeout: 60_000 })
  const page = await app.firstWindow()
  const corePid = async (): Promise<number> => {
    const metrics = await app.evaluate(({ app: it }) => it.getAppMetrics())
    const core = metrics.find((one) => one.type === 'Utility' && one.name === 'Pageward core')
    if (core === undefined) throw new Error('no core runs')
    return core.pid
  }
  return { app, page, corePid }
}

/** `desktop`: an app of the test's own. `sharedDesktop`: one for all tests that leave it as it was. */
export const test = base.extend<{ desktop: Desktop }, { sharedDesktop: Desktop }>({
  desktop: async ({ launchOptions: _ }, use) => {
    const desktop = await launch()
    await use(desktop)
    await desktop.app.close()
  },
  sharedDesktop: [
    async ({ launchOptions: _ }, use) => {
      const desktop = await launch()
      await use(desktop)
      await desktop.app.close()
    },
    { scope: 'worker' },
  ],
})

export { expect } from '@playwright/test'
