// @expect none
// a driver that takes its page away from every mapping, wherever mremap moved it
import {
  misc_register,
  misc_deregister,
  alloc_page,
  __free_page,
  vmf_insert_pfn,
  vm_flags_set,
  VM_PFNMAP,
  VM_DONTCOPY,
  VM_FAULT_SIGBUS,
  unmap_mapping_range,
  page_to_pfn,
  page_mapcount,
  GFP_KERNEL,
  __GFP_ZERO,
  ENOMEM,
  PAGE_SIZE,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
import type { page } from 'linux'
import {
  spawn,
  open,
  close,
  mmap,
  mremap,
  munmap,
  ioctl,
  PROT_READ,
  PROT_WRITE,
  MAP_SHARED,
  MREMAP_MAYMOVE,
} from 'user'
let p: page | null = null
let mapping: any = null
const dev = {
  name: 'evict',
  fops: {
    open(file: any): number {
      mapping = file.f_mapping
      return 0
    },
    mmap(_f: any, vma: any): number {
      vm_flags_set(vma, VM_PFNMAP | VM_DONTCOPY)
      vma.vm_ops = {
        fault(vmf: any): number {
          return p ? vmf_insert_pfn(vmf.vma, vmf.address, page_to_pfn(p)) : VM_FAULT_SIGBUS
        },
      }
      return 0
    },
    ioctl(): number {
      const q = p!
      p = null
      unmap_mapping_range(mapping, 0, 0, 1)
      __free_page(q)
      return 0
    },
  },
}
module_init(() => {
  p = alloc_page(GFP_KERNEL | __GFP_ZERO)
  if (!p) return -ENOMEM
  return misc_register(dev)
})
module_exit(() => {
  misc_deregister(dev)
  if (p) __free_page(p)
})
spawn('app', () => {
  const fd = open('/dev/evict', 2)
  const m = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof m === 'number') return
  m.write_u8(1, 9)
  const n = mremap(m, PAGE_SIZE, PAGE_SIZE, MREMAP_MAYMOVE)
  if (typeof n === 'number') {
    pr_info(`mremap ${n}`)
    ioctl(fd, 1, 0)
    munmap(m, PAGE_SIZE)
    close(fd)
    return
  }
  pr_info(`moved ${n.read_u8(1)}`)
  ioctl(fd, 1, 0)
  munmap(n, PAGE_SIZE)
  close(fd)
})
