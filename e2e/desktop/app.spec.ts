/** The desktop app: the same scenarios as in the browser, with the core in a utility process. */
import { CRASHES } from '../shared/crashes.ts'
import { SCENARIOS } from '../shared/scenarios.ts'
import { Workbench } from '../shared/workbench.ts'
import { test } from './launch.ts'

for (const [title, scenario] of Object.entries({ ...SCENARIOS, ...CRASHES })) {
  test(title, async ({ desktop }) => {
    const killCore = async (): Promise<void> => {
      process.kill(await desktop.corePid(), 'SIGKILL')
    }
    await scenario({ page: desktop.page, killCore }, new Workbench(desktop.page))
  })
}
