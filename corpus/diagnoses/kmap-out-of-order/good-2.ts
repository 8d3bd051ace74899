// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=i386-highmem memory=1G
// @expect none
//
// The same loop, unmapped backwards.
import { __free_page, alloc_page, GFP_HIGHUSER, kmap_local_page, kunmap_local } from 'linux'
import type { Ptr } from 'linux'

const pages = [0, 1, 2].map(() => alloc_page(GFP_HIGHUSER)!)
const mapped: Ptr[] = []
for (const page of pages) mapped.push(kmap_local_page(page))
mapped.forEach((address) => address.write_u32(0, 1))
for (const address of mapped.reverse()) kunmap_local(address)
for (const page of pages) __free_page(page)
