// @era all
// @expect none
//
// The driver hands the errno on, and the mapping fails.
import { type file, GFP_KERNEL, kfree, kmalloc, misc_deregister, misc_register, module_exit } from 'linux'
import { virt_to_page, type vm_area_struct, vm_insert_page } from 'linux'
import { MAP_SHARED, mmap, O_RDWR, open, PROT_READ, PROT_WRITE, spawn } from 'user'
const o = kmalloc(4096, GFP_KERNEL)!
const misc = { name: 'd', fops: { mmap: (f: file, v: vm_area_struct) => { const e = vm_insert_page(v, v.vm_start, virt_to_page(o)); if (e < 0) return e; return 0 } } }
misc_register(misc)
module_exit(() => { misc_deregister(misc); kfree(o) })
spawn('u', () => { const fd = open('/dev/d', O_RDWR); mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) })
