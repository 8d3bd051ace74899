// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// What is freed leaves the list first. Ownership of the others moves into an object that frees them later.
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

const [victim] = entries.splice(1, 1)
kfree(victim!)
pr_info(`after: ${sum(entries)}`)

const owner = { entries, release() { this.entries.forEach((entry) => kfree(entry)) } }
owner.release()
