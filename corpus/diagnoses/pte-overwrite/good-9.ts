// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=arm64-16k
// @expect none
//
// The same page with another protection, and the TLB told: no other page is mapped.
import { alloc_page, GFP_KERNEL, __free_page, page_address, page_to_phys, __GFP_ZERO } from 'linux'
import { sim } from 'sim'

const gpu = sim.gpu_page_table({ levels: 2, page_shift: 14 })
const [root, leaf, data] = [0, 1, 2].map(() => alloc_page(GFP_KERNEL | __GFP_ZERO)!)
page_address(root!)!.write_u64(0, page_to_phys(leaf!) | 3n)
gpu.set_root(page_to_phys(root!))
page_address(leaf!)!.write_u64(8, page_to_phys(data!) | 3n)
page_address(leaf!)!.write_u64(8, page_to_phys(data!) | 3n | (1n << 54n))
gpu.tlbi()
page_address(leaf!)!.write_u64(8, 0n)
gpu.set_root(null)
gpu.tlbi()
// Children first; the parent may name them until it goes itself.
for (const page of [leaf!, root!, data!]) __free_page(page)
