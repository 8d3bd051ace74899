// @era v6.12
// @expect zap-by-address 12
//
// The program moved its mapping: at the remembered address there is nothing to zap.
import { __free_page, alloc_page, current, type file, GFP_KERNEL, misc_deregister, misc_register } from 'linux'
import { mmap_read_lock, mmap_read_unlock, module_exit, type page, page_to_pfn, remap_pfn_range } from 'linux'
import { type vm_area_struct, vma_lookup, zap_vma_ptes } from 'linux'
import { ioctl, MAP_SHARED, mmap, mremap, MREMAP_FIXED, MREMAP_MAYMOVE, O_RDWR, open, PROT_READ } from 'user'
import { PROT_WRITE, spawn } from 'user'
let pg: page | null = alloc_page(GFP_KERNEL)
let vma: vm_area_struct | null = null; let at = 0n
const misc = { name: 'd', fops: { mmap: (f: file, v: vm_area_struct) => { vma = v; at = v.vm_start; return remap_pfn_range(v, v.vm_start, page_to_pfn(pg!), 4096, 0) }, unlocked_ioctl: () => { mmap_read_lock(current.mm!); const v = vma_lookup(current.mm!, at); if (v !== null) zap_vma_ptes(v, at, 4096); mmap_read_unlock(current.mm!); __free_page(pg!); pg = null; return 0 } } }
misc_register(misc)
module_exit(() => { misc_deregister(misc); if (pg !== null) __free_page(pg) })
spawn('u', () => { const fd = open('/dev/d', O_RDWR); const a = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); if (typeof a === 'number') return; const b = mremap(a, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, a.add(1 << 20)); ioctl(fd, 0, 0); if (typeof b !== 'number') b.write_u8(0, 1) })
