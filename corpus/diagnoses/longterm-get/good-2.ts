// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Direct I/O: a pin without FOLL_LONGTERM is right when the device is done before the call returns.
import { misc_deregister, misc_register, module_exit, unpin_user_page, PAGE_SIZE, FOLL_WRITE } from 'linux'
import { DMA_FROM_DEVICE, dma_map_page, dma_mapping_error, dma_unmap_page, pin_user_pages_fast } from 'linux'
import type { file, page } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'
import { device } from 'sim'

const disk = device('disk')
const fops = {
  ioctl: (f: file, cmd: number, at: bigint) => {
    const pages: page[] = []
    if (pin_user_pages_fast(at, 1, FOLL_WRITE, pages) !== 1) return -14
    const dma = dma_map_page(disk, pages[0]!, 0, PAGE_SIZE, DMA_FROM_DEVICE)
    if (dma_mapping_error(disk, dma) === 0) {
      disk.dma_write(dma, [1, 2, 3, 4])
      dma_unmap_page(disk, dma, PAGE_SIZE, DMA_FROM_DEVICE)
    }
    unpin_user_page(pages[0]!)
    return 0
  },
}
const misc = { name: 'disk', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/disk', 2)
  const buffer = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof buffer === 'number') return
  ioctl(fd, 1, buffer.addr)
})
waitpid(app)
module_exit(() => misc_deregister(misc))
