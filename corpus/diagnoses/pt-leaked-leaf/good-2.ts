// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=arm64-16k
// @expect none
//
// A table that never held an entry may go at any time; so may one whose entries were taken out by unmap().
import { alloc_page, __free_page, GFP_KERNEL, page_address, page_to_phys, __GFP_ZERO } from 'linux'
import { GPU_READ, sim } from 'sim'

const gpu = sim.gpu_page_table({ levels: 1, page_shift: 14 })
const table = alloc_page(GFP_KERNEL | __GFP_ZERO)!
const spare = alloc_page(GFP_KERNEL | __GFP_ZERO)!
const data = alloc_page(GFP_KERNEL)!
page_address(spare)!.write_u64(0, 0n)
__free_page(spare)
gpu.set_root(page_to_phys(table))
gpu.map(0x4000n, page_to_phys(data), GPU_READ)
gpu.read(0x4000n, 1)
gpu.unmap(0x4000n, 0x4000)
gpu.tlbi()
gpu.set_root(null)
__free_page(table)
__free_page(data)
