// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=arm64-16k
// @expect pt-missing-tlbi 17
//
// Unmapped and freed; the GPU still has the translation.
import { alloc_page, __free_page, GFP_KERNEL, page_address, page_to_phys, __GFP_ZERO } from 'linux'
import { sim } from 'sim'

const gpu = sim.gpu_page_table({ levels: 1, page_shift: 14 })
const table = alloc_page(GFP_KERNEL | __GFP_ZERO)!
const data = alloc_page(GFP_KERNEL)!
const entries = page_address(table)!
gpu.set_root(page_to_phys(table))
entries.write_u64(8, page_to_phys(data) | 3n)
gpu.write(0x4000n, new Uint8Array([1]))
entries.write_u64(8, 0n)
__free_page(data)
gpu.write(0x4000n, new Uint8Array([2]))
gpu.tlbi()
gpu.set_root(null)
__free_page(table)
