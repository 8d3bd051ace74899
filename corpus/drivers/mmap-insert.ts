// @expect none
import {
  misc_register,
  misc_deregister,
  alloc_page,
  __free_page,
  vm_insert_page,
  vm_flags_set,
  VM_DONTEXPAND,
  VM_DONTDUMP,
  GFP_KERNEL,
  __GFP_ZERO,
  ENOMEM,
  EINVAL,
  module_init,
  module_exit,
  kmap_local_page,
  kunmap_local,
  pr_info,
  PAGE_SIZE,
  page_ref_count,
  page_mapcount,
} from 'linux'
import type { page } from 'linux'
import { spawn, open, close, mmap, munmap, read as uread, PROT_READ, PROT_WRITE, MAP_SHARED } from 'user'
const N = 2
const bufs: page[] = []
const dev = {
  name: 'shm',
  fops: {
    mmap(_f: any, vma: any): number {
      if (Number(vma.vm_end - vma.vm_start) > N * PAGE_SIZE || vma.vm_pgoff !== 0) return -EINVAL
      vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP)
      for (let i = 0, at = vma.vm_start; at < vma.vm_end; i++, at += BigInt(PAGE_SIZE)) {
        const err = vm_insert_page(vma, at, bufs[i]!)
        if (err) return err
      }
      return 0
    },
  },
}
module_init(() => {
  for (let i = 0; i < N; i++) {
    const p = alloc_page(GFP_KERNEL | __GFP_ZERO)
    if (!p) {
      for (const q of bufs) __free_page(q)
      return -ENOMEM
    }
    bufs.push(p)
  }
  const err = misc_register(dev)
  if (err) for (const q of bufs) __free_page(q)
  return err
})
module_exit(() => {
  misc_deregister(dev)
  const k = kmap_local_page(bufs[1]!)
  pr_info(`user wrote ${k.read_u8(5)} ref ${page_ref_count(bufs[1]!)} map ${page_mapcount(bufs[1]!)}`)
  kunmap_local(k)
  for (const p of bufs) __free_page(p)
})
spawn('app', () => {
  const fd = open('/dev/shm', 2)
  const m = mmap(null, N * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof m === 'number') return
  m.write_u8(PAGE_SIZE + 5, 42)
  munmap(m, N * PAGE_SIZE)
  close(fd)
})
