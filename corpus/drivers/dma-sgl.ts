// @expect none
// scatter-gather receive into pages, with a partial sync in the middle
import {
  alloc_page,
  __free_page,
  sg_alloc_table,
  sg_free_table,
  for_each_sgtable_sg,
  for_each_sgtable_dma_sg,
  sg_set_page,
  sg_page,
  sg_dma_address,
  sg_dma_len,
  dma_map_sgtable,
  dma_unmap_sgtable,
  dma_sync_sgtable_for_cpu,
  dma_sync_sgtable_for_device,
  DMA_FROM_DEVICE,
  sg_table,
  kmap_local_page,
  kunmap_local,
  GFP_KERNEL,
  ENOMEM,
  PAGE_SIZE,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
import type { page } from 'linux'
import { sim } from 'sim'
const dev = sim.device('rx')
const N = 3
const pages: page[] = []
const sgt = new sg_table()
let mapped = false
function release_pages(): void {
  for (const p of pages) __free_page(p)
  pages.length = 0
}
module_init(() => {
  for (let i = 0; i < N; i++) {
    const p = alloc_page(GFP_KERNEL)
    if (!p) {
      release_pages()
      return -ENOMEM
    }
    pages.push(p)
  }
  let err = sg_alloc_table(sgt, N, GFP_KERNEL)
  if (err) {
    release_pages()
    return err
  }
  for_each_sgtable_sg(sgt, (sg, i) => sg_set_page(sg, pages[i]!, PAGE_SIZE, 0))
  err = dma_map_sgtable(dev, sgt, DMA_FROM_DEVICE, 0)
  if (err) {
    sg_free_table(sgt)
    release_pages()
    return err
  }
  mapped = true
  for_each_sgtable_dma_sg(sgt, (sg) => dev.dma_write(sg_dma_address(sg), new Uint8Array(sg_dma_len(sg)).fill(9)))
  dma_sync_sgtable_for_cpu(dev, sgt, DMA_FROM_DEVICE)
  for_each_sgtable_sg(sgt, (sg) => {
    const k = kmap_local_page(sg_page(sg))
    pr_info(`got ${k.read_u8(17)}`)
    kunmap_local(k)
  })
  dma_sync_sgtable_for_device(dev, sgt, DMA_FROM_DEVICE)
  return 0
})
module_exit(() => {
  if (mapped) dma_unmap_sgtable(dev, sgt, DMA_FROM_DEVICE, 0)
  sg_free_table(sgt)
  release_pages()
})
