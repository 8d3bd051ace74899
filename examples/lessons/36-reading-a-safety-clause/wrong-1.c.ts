import { GFP_KERNEL, kfree, kmalloc, memset, pr_info } from 'linux'

// fill() - the caller promises that buffer has room for length bytes.
function fill(buffer: ReturnType<typeof kmalloc>, length: number): void {
  memset(buffer!, 0, length)
  pr_info(`length ${length}`)
}

const bytes = kmalloc(64, GFP_KERNEL)!
fill(bytes, 64)
kfree(bytes)
