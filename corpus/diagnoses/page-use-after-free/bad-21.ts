// @era v6.12
// @expect page-use-after-free 10
//
// A reference keeps one page of an exact allocation: the others are free.
import { alloc_pages_exact, free_pages_exact, get_page, GFP_KERNEL, PAGE_SIZE, put_page, virt_to_page } from 'linux'
const a = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL)!
const p = virt_to_page(a.add(4096))
get_page(p)
free_pages_exact(a, 3 * PAGE_SIZE)
a.add(8192).write_u8(0, 1)
put_page(p)
