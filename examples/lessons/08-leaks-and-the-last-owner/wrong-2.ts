import { __free_page, alloc_page, GFP_KERNEL, pr_info } from 'linux'
import type { page } from 'linux'
import { sim } from 'sim'

const driver: { pages: page[] } = { pages: [] }

function setup(): number {
  const commands = alloc_page(GFP_KERNEL)
  if (commands === null) return -12
  driver.pages = [commands]
  sim.fail_next('alloc_page')
  const events = alloc_page(GFP_KERNEL)
  if (events === null) {
    __free_page(commands)
    return -12
  }
  driver.pages = [commands, events]
  return 0
}

// Frees what the error path freed already.
pr_info(`setup says ${setup()}`)
for (const page of driver.pages) __free_page(page)
