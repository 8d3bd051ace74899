import { __free_page, alloc_page, GFP_KERNEL, pr_info } from 'linux'
import type { page } from 'linux'
import { sim } from 'sim'

const driver: { pages: page[] } = { pages: [] }

// Hides the failure: the caller believes that the driver works.
function setup(): number {
  const commands = alloc_page(GFP_KERNEL)
  if (commands === null) return -12
  sim.fail_next('alloc_page')
  const events = alloc_page(GFP_KERNEL)
  driver.pages = events === null ? [commands] : [commands, events]
  return 0
}

pr_info(`setup says ${setup()}`)
for (const page of driver.pages) __free_page(page)
