// @era v6.12
// @expect none
//
// Each page of an exact allocation has a count of its own: a reference keeps its page, and the owner may free.
import { alloc_pages_exact, free_pages_exact, get_page, GFP_KERNEL, page_address, PAGE_SIZE, put_page } from 'linux'
import { virt_to_page } from 'linux'
const a = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL)!
const p = virt_to_page(a.add(4096))
get_page(p)
free_pages_exact(a, 3 * PAGE_SIZE)
page_address(p)!.write_u8(0, 1)
put_page(p)
