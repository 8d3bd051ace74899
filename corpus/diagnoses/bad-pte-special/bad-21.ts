// @era v6.12
// @expect bad-pte-special 9
//
// The flags that say how the entries are to be read are cleared under them.
import { __free_page, alloc_page, type file, GFP_KERNEL, misc_deregister, misc_register, module_exit } from 'linux'
import { page_to_pfn, remap_pfn_range, type vm_area_struct, vm_flags_clear, VM_IO, VM_PFNMAP } from 'linux'
import { MAP_SHARED, mmap, munmap, O_RDWR, open, PROT_READ, PROT_WRITE, spawn } from 'user'
const pg = alloc_page(GFP_KERNEL)!
const misc = { name: 'd', fops: { mmap: (f: file, v: vm_area_struct) => { const e = remap_pfn_range(v, v.vm_start, page_to_pfn(pg), 4096, 0); vm_flags_clear(v, VM_PFNMAP | VM_IO); return e } } }
misc_register(misc)
module_exit(() => { misc_deregister(misc); __free_page(pg) })
spawn('u', () => { const fd = open('/dev/d', O_RDWR); const a = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); if (typeof a === 'number') return; a.write_u8(0, 1); munmap(a, 4096) })
