// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=arm64-16k
// @expect pte-overwrite 16
//
// map() of a range of which one page is mapped already.
import { alloc_page, GFP_KERNEL, __free_page, page_address, page_to_phys, __GFP_ZERO } from 'linux'
import { sim } from 'sim'

const gpu = sim.gpu_page_table({ levels: 1, page_shift: 14 })
const table = alloc_page(GFP_KERNEL | __GFP_ZERO)!
const data = [0, 1, 2].map(() => alloc_page(GFP_KERNEL)!)
const entries = page_address(table)!
gpu.set_root(page_to_phys(table))
entries.write_u64(8, page_to_phys(data[2]!) | 3n)
data.forEach((page, i) => {
  entries.write_u64(i * 8, page_to_phys(page) | 3n)
})
for (let i = 0; i < 3; i++) entries.write_u64(i * 8, 0n)
gpu.set_root(null)
gpu.tlbi()
for (const page of [table, ...data]) __free_page(page)
