/** Whether the page's policy holds for its own scripts. */
import type { Page } from '@playwright/test'

/** True if `new Function` is refused. In a task of the page's own: what a debugger evaluates itself is exempt. */
export function evaluationFails(page: Page): Promise<boolean> {
  return page.evaluate(
    () =>
      new Promise<boolean>((done) => {
        setTimeout(() => {
          try {
            new Function('return 1')()
            done(false)
          } catch {
            done(true)
          }
        })
      }),
  )
}
