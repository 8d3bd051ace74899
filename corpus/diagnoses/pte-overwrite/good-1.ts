// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=arm64-16k
// @expect none
//
// Break before make: cleared, invalidated, mapped anew.
import { alloc_page, GFP_KERNEL, __free_page, page_address, page_to_phys, __GFP_ZERO } from 'linux'
import { sim } from 'sim'

const gpu = sim.gpu_page_table({ levels: 1, page_shift: 14 })
const table = alloc_page(GFP_KERNEL | __GFP_ZERO)!
const [first, second] = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
const entries = page_address(table)!
gpu.set_root(page_to_phys(table))
entries.write_u64(0, page_to_phys(first!) | 3n)
gpu.read(0n, 1)
entries.write_u64(0, 0n)
gpu.tlbi(0n)
entries.write_u64(0, page_to_phys(second!) | 3n)
entries.write_u64(0, 0n)
gpu.set_root(null)
gpu.tlbi()
for (const page of [table, first!, second!]) __free_page(page)
