// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The program unmaps the middle of its mapping: the entries at both ends keep their pages.
import { alloc_page, type file, GFP_KERNEL, misc_deregister, misc_register, module_exit, put_page } from 'linux'
import { type vm_area_struct, vm_insert_page } from 'linux'
import { close, MAP_SHARED, mmap, munmap, O_RDWR, open, PROT_READ, PROT_WRITE, spawn } from 'user'
const pgs = [0, 1, 2, 3].map(() => alloc_page(GFP_KERNEL)!)
const misc = { name: 'd', fops: { mmap: (f: file, v: vm_area_struct) => { for (let i = 0; i < 4; i++) { const e = vm_insert_page(v, v.vm_start + BigInt(i * 4096), pgs[i]!); if (e) return e } return 0 } } }
misc_register(misc)
spawn('u', () => { const fd = open('/dev/d', O_RDWR); const a = mmap(null, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); if (typeof a === 'number') return; munmap(a.add(4096), 8192); a.write_u8(0, 1); a.write_u8(12288, 1); close(fd) })
module_exit(() => { misc_deregister(misc); pgs.forEach((p) => put_page(p)) })
