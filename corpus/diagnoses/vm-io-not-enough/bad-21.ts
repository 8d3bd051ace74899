// @era v6.12
// @expect vm-io-not-enough 9
//
// VM_IO is set, and vmsplice() takes the page all the same.
import { __free_page, alloc_page, type file, GFP_KERNEL, misc_deregister, misc_register, module_exit } from 'linux'
import { type vm_area_struct, vm_flags_set, vm_insert_page, VM_IO, VM_MIXEDMAP } from 'linux'
import { MAP_SHARED, mmap, O_RDWR, open, pipe, PROT_READ, PROT_WRITE, spawn, vmsplice } from 'user'
const pg = alloc_page(GFP_KERNEL)!
const misc = { name: 'd', fops: { mmap: (f: file, v: vm_area_struct) => { vm_flags_set(v, VM_IO | VM_MIXEDMAP); return vm_insert_page(v, v.vm_start, pg) } } }
misc_register(misc)
module_exit(() => { misc_deregister(misc); __free_page(pg) })
spawn('a', () => { const fd = open('/dev/d', O_RDWR); const a = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); if (typeof a === 'number') return; const p: number[] = []; pipe(p); a.write_u8(0, 1); vmsplice(p[1]!, [{ iov_base: a, iov_len: 4096 }], 1, 0) })
