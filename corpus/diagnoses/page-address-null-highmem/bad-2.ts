// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=i386-highmem
// @expect page-address-null-highmem 11
//
// A copy loop that asks for the address of each page.
import { __free_page, alloc_page, GFP_HIGHUSER, GFP_KERNEL, memset, page_address } from 'linux'

const pages = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_HIGHUSER)!]
for (const page of pages) {
  const at = page_address(page)!
  memset(at, 0, 64)
}
for (const page of pages) __free_page(page)
