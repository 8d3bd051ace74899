import { __free_pages, alloc_pages, get_page, GFP_KERNEL, nth_page, put_page, split_page } from 'linux'

const page = alloc_pages(GFP_KERNEL, 2)!
const third = nth_page(page, 2)
get_page(third)
split_page(page, 2)
put_page(third)
__free_pages(page, 2)
