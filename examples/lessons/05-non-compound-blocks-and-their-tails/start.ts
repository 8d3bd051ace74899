import { __free_pages, alloc_pages, get_page, GFP_KERNEL, nth_page, page_ref_count, pr_info, put_page } from 'linux'

const page = alloc_pages(GFP_KERNEL, 2)!
const counts = [0, 1, 2, 3].map((i) => page_ref_count(nth_page(page, i)))
pr_info(counts.join(' '))

const third = nth_page(page, 2)
get_page(third)
// … the user is done with it.
put_page(third)
__free_pages(page, 2)
