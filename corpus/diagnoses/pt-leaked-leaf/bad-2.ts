// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=arm64-16k
// @expect pt-leaked-leaf 19
//
// One mapping of two is undone before the table goes.
import { alloc_page, __free_page, GFP_KERNEL, page_address, __free_pages, page_to_phys, __GFP_ZERO } from 'linux'
import { sim } from 'sim'

const gpu = sim.gpu_page_table({ levels: 1, page_shift: 14 })
const table = alloc_page(GFP_KERNEL | __GFP_ZERO)!
const data = alloc_page(GFP_KERNEL)!
const entries = page_address(table)!
gpu.set_root(page_to_phys(table))
entries.write_u64(0, page_to_phys(data) | 3n)
entries.write_u64(16, page_to_phys(data) | 3n)
entries.write_u64(0, 0n)
gpu.set_root(null)
gpu.tlbi()
__free_pages(table, 0)
__free_page(data)
