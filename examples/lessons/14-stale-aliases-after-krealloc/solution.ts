import { GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'

let buffer = kmalloc(40, GFP_KERNEL)!
const at = 8
buffer.add(at).write_u8(0, 1)

for (const size of [60, 100]) {
  const grown = krealloc(buffer, size, GFP_KERNEL)
  if (grown === null) break
  buffer = grown
  buffer.add(at).write_u8(0, 2)
}
kfree(buffer)
