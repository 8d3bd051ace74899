import { __GFP_COMP, alloc_pages, GFP_KERNEL, put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
put_page(block)
