// @era v6.12
// @expect pfn-pte-without-lifetime 9
//
// An ioctl frees the page that a program still has mapped by its frame number.
import { __free_page, alloc_page, type file, GFP_KERNEL, misc_deregister, misc_register, module_exit } from 'linux'
import { type page, PAGE_SIZE, page_to_pfn, remap_pfn_range, type vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, O_RDWR, open, PROT_READ, PROT_WRITE, spawn } from 'user'
let pg: page | null = alloc_page(GFP_KERNEL)
const misc = { name: 'd', fops: { mmap: (f: file, v: vm_area_struct) => remap_pfn_range(v, v.vm_start, page_to_pfn(pg!), PAGE_SIZE, 0), unlocked_ioctl: () => { __free_page(pg!); pg = null; return 0 } } }
misc_register(misc)
module_exit(() => { misc_deregister(misc); if (pg !== null) __free_page(pg) })
spawn('u', () => { const fd = open('/dev/d', O_RDWR); const a = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); if (typeof a === 'number') return; a.write_u8(0, 1); ioctl(fd, 0, 0); a.write_u8(1, 2) })
