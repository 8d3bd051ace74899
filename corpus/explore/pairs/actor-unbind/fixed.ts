// No answer is an answer: the device is gone.
import { dma_map_single, dma_mapping_error, dma_unmap_single, DMA_FROM_DEVICE, GFP_KERNEL, kfree, kzalloc } from 'linux'
import { kthread_run, pr_info } from 'linux'
import { actor_unbind, device } from 'sim'

const dev = device('nic')
actor_unbind(dev)
kthread_run(() => {
  const answer = kzalloc(64, GFP_KERNEL)!
  const at = dma_map_single(dev, answer, 64, DMA_FROM_DEVICE)
  if (!dma_mapping_error(dev, at)) {
    dev.dma_write(at, [1, 0, 0, 0])
    dma_unmap_single(dev, at, 64, DMA_FROM_DEVICE)
    if (answer.read_u32(0) !== 1) pr_info('no answer: the device is gone')
  }
  kfree(answer)
}, 'driver')
