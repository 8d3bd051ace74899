// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=arm64-16k
// @expect none
//
// The TLB is invalidated between the unmap and the free.
import { alloc_page, GFP_KERNEL, __free_page, __free_pages, page_to_phys, __GFP_ZERO } from 'linux'
import { GPU_READ, GPU_WRITE, sim } from 'sim'

const gpu = sim.gpu_page_table({ levels: 1, page_shift: 14 })
const table = alloc_page(GFP_KERNEL | __GFP_ZERO)!
const data = alloc_page(GFP_KERNEL)!
gpu.set_root(page_to_phys(table))
gpu.map(0n, page_to_phys(data), GPU_READ | GPU_WRITE)
gpu.read(0n, 4)
gpu.unmap(0n, 0x4000)
gpu.tlbi(0n)
__free_pages(data, 0)
gpu.set_root(null)
__free_page(table)
