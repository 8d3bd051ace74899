// @era all
// @expect none
//
// Last in, first out.
import { alloc_page, __free_page, kmap_local_page, kunmap_local, memcpy, GFP_KERNEL, PAGE_SIZE } from 'linux'

const from = alloc_page(GFP_KERNEL)!
const to = alloc_page(GFP_KERNEL)!

const source = kmap_local_page(from)
const target = kmap_local_page(to)
for (let i = 0; i < 4; i++) {
  source.write_u32(4 * i, i)
}
memcpy(target, source, PAGE_SIZE)

kunmap_local(target)
kunmap_local(source)

__free_page(to)
__free_page(from)
