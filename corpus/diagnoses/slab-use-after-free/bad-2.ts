// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-use-after-free 10
//
// A helper that is called once too often: the list still holds what the loop has freed.
import { GFP_KERNEL, kfree, kzalloc, pr_info } from 'linux'
import type { Ptr } from 'linux'

function sum(entries: Ptr[]): number {
  let total = 0
  for (const entry of entries) total += entry.read_u32(4)
  return total
}

const entries: Ptr[] = []
for (let i = 0; i < 3; i++) entries.push(kzalloc(32, GFP_KERNEL)!)
pr_info(`before: ${sum(entries)}`)

const victim = entries[1]!
kfree(victim)
pr_info(`after: ${sum(entries)}`)

kfree(entries[0]!)
kfree(entries[2]!)
