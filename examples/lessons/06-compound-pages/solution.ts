import { __GFP_COMP, alloc_pages, get_page, GFP_KERNEL, nth_page, page_count, page_ref_count, pr_info } from 'linux'
import { put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
const third = nth_page(block, 2)
get_page(third)
pr_info(`${page_count(third)} and ${page_ref_count(third)}`)

// The driver is done: it drops what it holds.
put_page(block)
// … and later the user is done.
put_page(third)
