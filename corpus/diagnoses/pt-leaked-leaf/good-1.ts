// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=arm64-16k
// @expect none
//
// Entries, the entry above, TLB, table, page: in this order.
import { alloc_page, __free_page, GFP_KERNEL, page_address, page_to_phys, __GFP_ZERO } from 'linux'
import { sim } from 'sim'

const gpu = sim.gpu_page_table({ levels: 2, page_shift: 14 })
const [root, leaf, data] = [0, 1, 2].map(() => alloc_page(GFP_KERNEL | __GFP_ZERO)!)
page_address(root!)!.write_u64(0, page_to_phys(leaf!) | 3n)
page_address(leaf!)!.write_u64(8, page_to_phys(data!) | 3n)
gpu.set_root(page_to_phys(root!))
gpu.read(0x4000n, 1)
page_address(leaf!)!.write_u64(8, 0n)
page_address(root!)!.write_u64(0, 0n)
gpu.set_root(null)
gpu.tlbi()
__free_page(leaf!)
__free_page(root!)
__free_page(data!)
