import { __free_page, alloc_pages, get_page, GFP_KERNEL, nth_page, pr_info, put_page, split_page } from 'linux'

const page = alloc_pages(GFP_KERNEL, 2)!
split_page(page, 2)

const third = nth_page(page, 2)
get_page(third)
pr_info('the third page is shared')
// … the user is done with it.
put_page(third)
for (const i of [0, 1, 2, 3]) __free_page(nth_page(page, i))
