// @machine iommu=on
// @expect none
import {
  dma_alloc_coherent,
  dma_free_coherent,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
  struct,
  u32,
  u64,
  sizeof,
} from 'linux'
import type { Ptr } from 'linux'
import { sim } from 'sim'
const dev = sim.device('nvme')
const Desc = struct('desc', { addr: u64, len: u32, flags: u32 })
const N = 16
const BYTES = N * sizeof(Desc)
const handle: bigint[] = []
let ring: Ptr | null = null
module_init(() => {
  ring = dma_alloc_coherent(dev, BYTES, handle, GFP_KERNEL)
  if (!ring) return -ENOMEM
  const d = ring.add(3 * sizeof(Desc)).as(Desc)
  d.len = 512
  d.flags = 1
  const seen = dev.dma_read(handle[0]! + BigInt(3 * sizeof(Desc)), sizeof(Desc))
  pr_info(`device sees len ${seen[8]! | (seen[9]! << 8)}`)
  dev.dma_write(handle[0]! + BigInt(3 * sizeof(Desc) + 12), new Uint8Array([2, 0, 0, 0]))
  pr_info(`flags ${d.flags}`)
  return 0
})
module_exit(() => {
  dma_free_coherent(dev, BYTES, ring!, handle[0]!)
})
