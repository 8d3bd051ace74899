// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect coherent-misuse 13
//
// Freed under a spinlock.
import { DEFINE_SPINLOCK, dma_alloc_coherent, dma_free_coherent, GFP_KERNEL, spin_lock, spin_unlock } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nvme')
const lock = DEFINE_SPINLOCK('lock')
const handle: bigint[] = []
const queue = dma_alloc_coherent(dev, 4096, handle, GFP_KERNEL)!
spin_lock(lock)
dma_free_coherent(dev, 4096, queue, handle[0]!)
spin_unlock(lock)
