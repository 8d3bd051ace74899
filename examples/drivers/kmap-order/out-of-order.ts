// @era all
// @expect kmap-out-of-order 19
//
// Local mappings are a stack. On x86-64 nobody notices when it is undone in the wrong order; with high memory the
// wrong slot is cleared. Pageward reports it on every machine.
import { alloc_page, __free_page, kmap_local_page, kunmap_local, memcpy, GFP_KERNEL, PAGE_SIZE } from 'linux'

const from = alloc_page(GFP_KERNEL)!
const to = alloc_page(GFP_KERNEL)!

const source = kmap_local_page(from)
const target = kmap_local_page(to)
for (let i = 0; i < 4; i++) {
  source.write_u32(4 * i, i)
}
memcpy(target, source, PAGE_SIZE)

// The newest mapping has to go first.
kunmap_local(source)
kunmap_local(target)

__free_page(to)
__free_page(from)
