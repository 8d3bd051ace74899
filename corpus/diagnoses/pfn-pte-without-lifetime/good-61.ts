// @era all
// @expect none
//
// The entries of every mapping are cleared before the page is freed.
import { __free_page, alloc_page, type file, GFP_KERNEL, misc_deregister, misc_register, module_exit } from 'linux'
import { type page, PAGE_SIZE, page_to_pfn, remap_pfn_range, unmap_mapping_range, type vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, O_RDWR, open, PROT_READ, PROT_WRITE, spawn } from 'user'
let pg: page | null = alloc_page(GFP_KERNEL)
const mapping: any = {}
const misc = { name: 'd', fops: { mmap: (f: file, v: vm_area_struct) => vmf_pfn(v), unlocked_ioctl: (f: file) => { unmap_mapping_range(f.f_mapping, 0, 0, 1); __free_page(pg!); pg = null; return 0 } } }
function vmf_pfn(v: vm_area_struct) { return remap_pfn_range(v, v.vm_start, page_to_pfn(pg!), PAGE_SIZE, 0) }
misc_register(misc)
module_exit(() => { misc_deregister(misc); if (pg !== null) __free_page(pg) })
spawn('u', () => { const fd = open('/dev/d', O_RDWR); const a = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); if (typeof a === 'number') return; a.write_u8(0, 1); ioctl(fd, 0, 0) })
