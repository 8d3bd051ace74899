// @era v6.12
// @expect free-while-mapped 9
//
// The ioctl puts twice what it owns once: the entry's reference goes with it.
import { alloc_page, type file, GFP_KERNEL, misc_deregister, misc_register, module_exit, put_page } from 'linux'
import { type vm_area_struct, vm_insert_page } from 'linux'
import { ioctl, MAP_SHARED, mmap, O_RDWR, open, PROT_READ, spawn } from 'user'
const pg = alloc_page(GFP_KERNEL)!
const misc = { name: 'd', fops: { mmap: (f: file, v: vm_area_struct) => { const e = vm_insert_page(v, v.vm_start, pg); return e }, unlocked_ioctl: () => { put_page(pg); put_page(pg); return 0 } } }
misc_register(misc)
module_exit(() => misc_deregister(misc))
spawn('u', () => { const fd = open('/dev/d', O_RDWR); mmap(null, 4096, PROT_READ, MAP_SHARED, fd, 0); ioctl(fd, 0, 0) })
