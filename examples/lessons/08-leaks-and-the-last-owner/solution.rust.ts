import { GFP_KERNEL, Owned, Page, drop } from 'kernel'
import { pr_info } from 'linux'
import type { page } from 'linux'
import { sim } from 'sim'

// The hardware's queues hold raw pointers: the driver gives its owners up for them.
const driver: { pages: page[] } = { pages: [] }

function setup(): number {
  const commands = Owned.into_raw(Page.alloc_page(GFP_KERNEL))
  sim.fail_next('alloc_page')
  try {
    driver.pages = [commands, Owned.into_raw(Page.alloc_page(GFP_KERNEL))]
  } catch {
    drop(Owned.from_raw(commands))
    return -12
  }
  return 0
}

pr_info(`setup says ${setup()}`)
for (const raw of driver.pages) drop(Owned.from_raw(raw))
