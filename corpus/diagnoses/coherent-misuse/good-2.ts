// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The CPU may read and write coherent memory while the device runs; it is freed when the device has stopped.
import { dma_alloc_coherent, dma_free_coherent, GFP_KERNEL, pr_info } from 'linux'
import { device } from 'sim'

const nic = device('nic')
const handle: bigint[] = []
const ring = dma_alloc_coherent(nic, 4096, handle, GFP_KERNEL)!
ring.write_u32(0, 1)
nic.dma_write(handle[0]!, [9, 0, 0, 0])
pr_info(`${ring.read_u32(0)}`)
nic.unbind()
dma_free_coherent(nic, 4096, ring, handle[0]!)
