import { __GFP_COMP, alloc_pages, get_page, GFP_KERNEL, nth_page, put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
const third = nth_page(block, 2)
get_page(third)
put_page(third)
