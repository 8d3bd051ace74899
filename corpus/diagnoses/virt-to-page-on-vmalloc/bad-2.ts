// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect virt-to-page-on-vmalloc 10
//
// A helper for "any" buffer that forgets what kvmalloc() may return.
import { GFP_KERNEL, kvfree, kvmalloc, page_to_phys, pr_info, virt_to_page } from 'linux'
import type { Ptr } from 'linux'

function physical(buffer: Ptr, offset: number): bigint {
  const at = buffer.add(offset)
  return page_to_phys(virt_to_page(at))
}

const small = kvmalloc(256, GFP_KERNEL)!
const large = kvmalloc(16 * 1024 * 1024, GFP_KERNEL)!
for (const buffer of [small, large]) pr_info(`${physical(buffer, 128)}`)
kvfree(large)
kvfree(small)
