// @expect none
// a log buffer that grows
import { kmalloc, krealloc, kfree, GFP_KERNEL, ENOMEM, module_init, module_exit, pr_info } from 'linux'
import type { Ptr } from 'linux'
let buf: Ptr | null = null
let used = 0
let size = 0
function append(v: number): number {
  if (used === size) {
    const next = size === 0 ? 8 : size * 2
    const grown = buf ? krealloc(buf, next, GFP_KERNEL) : kmalloc(next, GFP_KERNEL)
    if (!grown) return -ENOMEM
    buf = grown
    size = next
  }
  buf!.write_u8(used++, v)
  return 0
}
module_init(() => {
  for (let i = 0; i < 70; i++) if (append(i)) break
  let sum = 0
  for (let i = 0; i < used; i++) sum += buf!.read_u8(i)
  pr_info(`sum ${sum}`)
  return 0
})
module_exit(() => kfree(buf))
