// @machine memory=4M debug=off
// @expect deadlock 10
//
// An allocation that must not fail, when nobody has memory to give back: it tries for ever.
import { __GFP_NOFAIL, alloc_page, GFP_KERNEL, put_page } from 'linux'

const held = []
for (let p = alloc_page(GFP_KERNEL); p !== null; p = alloc_page(GFP_KERNEL)) held.push(p)
while (held.length < 10_000) {
  const p = alloc_page(GFP_KERNEL | __GFP_NOFAIL)
  held.push(p!)
}
for (const p of held) put_page(p)
