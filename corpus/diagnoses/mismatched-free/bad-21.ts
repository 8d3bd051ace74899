// @era v6.12
// @expect mismatched-free 10
//
// Coherent memory is given to kfree().
import { sim } from 'sim'
import { dma_alloc_coherent, GFP_KERNEL, kfree } from 'linux'
const dev = sim.device('d')
const hs: bigint[] = []
const a = dma_alloc_coherent(dev, 8192, hs, GFP_KERNEL)!
kfree(a)
