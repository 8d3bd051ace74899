// @era v6.17 v6.18 next memdesc
// @expect none
// A driver that maps pages on demand, as binder does: VmaNew in the mmap hook, pages inserted through VmaMixedMap under the
// mmap lock, cleared again before their owner drops them.
import { GFP_KERNEL, KVec, Mm, Page, VmaNew, __GFP_ZERO } from 'kernel'
import { BUG_ON, misc_register, misc_deregister, module_exit } from 'linux'
import { MAP_SHARED, PROT_READ, ioctl, mmap, munmap, open, close, spawn } from 'user'

const PAGES = 2
const pages = KVec.new<Page>()
let start = 0n

function install(index: number): void {
  using mm = Mm.current()!
  using guard = mm.mmap_read_lock()
  const area = guard.vma_lookup(start)?.as_mixedmap_vma()
  BUG_ON(!area)
  area!.vm_insert_page(start + BigInt(index * 4096), pages.get(index)!)
}
function clear(): void {
  using mm = Mm.current()!
  using guard = mm.mmap_read_lock()
  guard.vma_lookup(start)?.zap_vma_range(start, PAGES * 4096)
}
const fops = {
  mmap: (_file: unknown, vma: Parameters<typeof VmaNew.from_raw>[0]): number => {
    const area = VmaNew.from_raw(vma)
    area.set_dontcopy()
    area.set_mixedmap()
    start = area.start()
    return 0
  },
  ioctl: (_file: unknown, cmd: number): number => {
    if (cmd === 99) clear()
    else install(cmd)
    return 0
  },
}
for (let i = 0; i < PAGES; i++) {
  const page = Page.alloc_page(GFP_KERNEL | __GFP_ZERO)
  page.write_raw([i + 7], 0, 1)
  pages.push(page, GFP_KERNEL)
}
misc_register({ name: 'areas', fops })
spawn('user', () => {
  const fd = open('/dev/areas', 0)
  const p = mmap(null, PAGES * 4096, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof p === 'number') return
  for (let i = 0; i < PAGES; i++) ioctl(fd, i, 0)
  BUG_ON(p.read_u8(0) !== 7 || p.read_u8(4096) !== 8)
  ioctl(fd, 99, 0)
  munmap(p, PAGES * 4096)
  close(fd)
})
module_exit(() => {
  misc_deregister({ name: 'areas' })
  pages.clear()
  using _all = pages
})
