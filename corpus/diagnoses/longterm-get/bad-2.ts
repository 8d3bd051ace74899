// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect longterm-get 17
//
// A pin, but without FOLL_LONGTERM: the pages may lie where they cannot stay.
import { misc_deregister, misc_register, module_exit, unpin_user_page, PAGE_SIZE, FOLL_WRITE } from 'linux'
import { DMA_FROM_DEVICE, dma_map_sgtable, dma_unmap_sgtable, pin_user_pages_fast, sg_alloc_table } from 'linux'
import { for_each_sgtable_sg, GFP_KERNEL, sg_free_table, sg_set_page, sg_table } from 'linux'
import type { file, page } from 'linux'
import { close, ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'
import { device } from 'sim'

const nic = device('nic')
const pages: page[] = []
const sgt = new sg_table()
const fops = {
  ioctl: (f: file, cmd: number, at: bigint) => {
    if (pin_user_pages_fast(at, 2, FOLL_WRITE, pages) !== 2) return -14
    if (sg_alloc_table(sgt, 2, GFP_KERNEL) !== 0) return -12
    for_each_sgtable_sg(sgt, (sg, i) => sg_set_page(sg, pages[i]!, PAGE_SIZE, 0))
    return dma_map_sgtable(nic, sgt, DMA_FROM_DEVICE, 0)
  },
  release: () => {
    dma_unmap_sgtable(nic, sgt, DMA_FROM_DEVICE, 0)
    sg_free_table(sgt)
    for (const each of pages) unpin_user_page(each)
    return 0
  },
}
const misc = { name: 'rdma', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/rdma', 2)
  const buffer = mmap(null, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof buffer === 'number') return
  ioctl(fd, 1, buffer.addr)
  close(fd)
})
waitpid(app)
module_exit(() => misc_deregister(misc))
