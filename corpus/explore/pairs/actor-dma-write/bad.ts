// A timeout gives the buffer up while a packet may still be on its way into it.
import { dma_map_single, dma_mapping_error, dma_unmap_single, DMA_FROM_DEVICE, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { kthread_run } from 'linux'
import { actor_dma_write, device } from 'sim'

const dev = device('nic')
const buffer = kmalloc(64, GFP_KERNEL)!
buffer.write_u64(0, 1n)
const at = dma_map_single(dev, buffer, 64, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, at)) throw new Error('no mapping')
actor_dma_write(dev, at, [1, 2, 3, 4])
kthread_run(() => {
  dma_unmap_single(dev, at, 64, DMA_FROM_DEVICE)
  kfree(buffer)
}, 'timeout')
