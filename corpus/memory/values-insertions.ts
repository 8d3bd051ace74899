// @machine memory=64M debug=off
// @expect none
//
// What insertions into user memory return and count, read from mm/memory.c and mm/vmalloc.c: vmf_insert_pfn() and
// vmf_insert_mixed() count nothing and say VM_FAULT_NOPAGE also where an entry is; remap_vmalloc_range() counts as
// vm_insert_page() does; a pin of a single page is worth 1024 references (GUP_PIN_COUNTING_BIAS).
import * as k from 'linux'
import * as user from 'user'
import type { page, Ptr, vm_area_struct, vm_fault } from 'linux'
import { is } from './is.ts'

const rm = (p: page) => `${k.page_ref_count(p)}/${k.page_mapcount(p)}`
const pfnPage = k.alloc_page(k.GFP_KERNEL)!
const mixedPage = k.alloc_page(k.GFP_KERNEL)!
const area = k.vmalloc_user(3 * k.PAGE_SIZE)!
const plain = k.vmalloc(k.PAGE_SIZE)!
area.write_u8(2 * k.PAGE_SIZE, 0x5a)
const third = k.vmalloc_to_page(area.add(2 * k.PAGE_SIZE))!

let setUp: (vma: vm_area_struct) => number = () => 0
let fault: (vmf: vm_fault) => number = () => k.VM_FAULT_SIGBUS
const lab = {
  name: 'lab',
  fops: {
    mmap(_file: unknown, vma: vm_area_struct) {
      vma.vm_ops = { fault: (vmf: vm_fault) => fault(vmf) }
      return setUp(vma)
    },
    ioctl(_file: unknown, _cmd: number, arg: unknown) {
      const at = arg as Ptr
      const got: page[] = []
      k.mmap_read_lock(k.current.mm!)
      is('pin_user_pages', k.pin_user_pages(at.addr, 1, k.FOLL_WRITE, got), 1)
      k.mmap_read_unlock(k.current.mm!)
      is('a pin', `${k.page_ref_count(got[0]!)}`, `${2 + 1024}`)
      is('maybe pinned', k.folio_maybe_dma_pinned(k.page_folio(got[0]!)), true)
      k.unpin_user_page(got[0]!)
      is('unpinned', rm(got[0]!), '2/1')
      return 0
    },
  },
}
is('misc_register', k.misc_register(lab), 0)

const pid = user.spawn('u', () => {
  const fd = user.open('/dev/lab', user.O_RDWR) as number
  const map = (pages: number) => user.mmap(null, pages * 4096, user.PROT_READ | user.PROT_WRITE, user.MAP_SHARED, fd, 0)

  setUp = (vma) => {
    k.vm_flags_set(vma, k.VM_PFNMAP | k.VM_DONTCOPY)
    is('set', (vma.vm_flags & k.VM_DONTCOPY) !== 0, true)
    k.vm_flags_clear(vma, k.VM_DONTCOPY)
    is('cleared', (vma.vm_flags & (k.VM_DONTCOPY | k.VM_PFNMAP)) === k.VM_PFNMAP, true)
    return 0
  }
  fault = ({ vma, address }) => {
    const pfn = k.page_to_pfn(pfnPage)
    is('beyond the end', k.vmf_insert_pfn(vma, vma.vm_end, pfn), k.VM_FAULT_SIGBUS)
    is('vmf_insert_pfn', k.vmf_insert_pfn(vma, address, pfn), k.VM_FAULT_NOPAGE)
    is('where an entry is', k.vmf_insert_pfn(vma, address, k.page_to_pfn(mixedPage)), k.VM_FAULT_NOPAGE)
    return k.VM_FAULT_NOPAGE
  }
  let at = map(1) as Ptr
  at.write_u8(0, 7)
  is('pfn: written through', k.page_address(pfnPage)!.read_u8(0), 7)
  is('pfn: no count', rm(pfnPage), '1/0')
  user.munmap(at, 4096)
  is('pfn: unmapped', rm(pfnPage), '1/0')

  setUp = (vma) => {
    is('not mixed', k.vmf_insert_mixed(vma, vma.vm_start, k.page_to_pfn(mixedPage)), k.VM_FAULT_SIGBUS)
    k.vm_flags_set(vma, k.VM_MIXEDMAP)
    return 0
  }
  fault = ({ vma, address }) => k.vmf_insert_mixed(vma, address, k.page_to_pfn(mixedPage))
  at = map(1) as Ptr
  at.write_u8(1, 9)
  is('mixed: written through', k.page_address(mixedPage)!.read_u8(1), 9)
  is('mixed: no count', rm(mixedPage), '1/0')
  user.munmap(at, 4096)

  setUp = (vma) => {
    is('not for users', k.remap_vmalloc_range(vma, plain, 0), -22)
    is('too short', k.remap_vmalloc_range(vma, area, 2), -22)
    is('between pages', k.remap_vmalloc_range(vma, area.add(1), 0), -22)
    is('remap_vmalloc_range', k.remap_vmalloc_range(vma, area, 1), 0)
    const flags = k.VM_MIXEDMAP | k.VM_DONTEXPAND | k.VM_DONTDUMP
    is('its flags', (vma.vm_flags & (flags | k.VM_PFNMAP)) === flags, true)
    return 0
  }
  at = map(2) as Ptr
  is('counts of an inserted page', rm(third), '2/1')
  is('its bytes', at.read_u8(4096), 0x5a)
  user.ioctl(fd, 0, at.add(4096))
  user.munmap(at, 8192)
  is('counts afterwards', rm(third), '1/0')

  user.close(fd)
  k.misc_deregister(lab)
  is('no such device', user.open('/dev/lab', user.O_RDWR), -2)
})
user.waitpid(pid as number)
k.vfree(area)
k.vfree(plain)
k.__free_page(pfnPage)
k.__free_page(mixedPage)
