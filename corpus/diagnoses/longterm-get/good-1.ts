// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Pinned for as long as the device has them, and said so.
import { misc_deregister, misc_register, module_exit, unpin_user_page, PAGE_SIZE, FOLL_LONGTERM } from 'linux'
import { DMA_FROM_DEVICE, dma_map_page, dma_mapping_error, dma_unmap_page, FOLL_WRITE, pin_user_pages_fast } from 'linux'
import type { file, page } from 'linux'
import { close, ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'
import { device } from 'sim'

const nic = device('nic')
const pages: page[] = []
let dma = 0n
const fops = {
  ioctl: (f: file, cmd: number, at: bigint) => {
    if (pin_user_pages_fast(at, 1, FOLL_WRITE | FOLL_LONGTERM, pages) !== 1) return -14
    dma = dma_map_page(nic, pages[0]!, 0, PAGE_SIZE, DMA_FROM_DEVICE)
    return dma_mapping_error(nic, dma)
  },
  release: () => {
    if (dma_mapping_error(nic, dma) === 0) dma_unmap_page(nic, dma, PAGE_SIZE, DMA_FROM_DEVICE)
    unpin_user_page(pages[0]!)
    return 0
  },
}
const misc = { name: 'rdma', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/rdma', 2)
  const buffer = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof buffer === 'number') return
  ioctl(fd, 1, buffer.addr)
  close(fd)
})
waitpid(app)
module_exit(() => misc_deregister(misc))
