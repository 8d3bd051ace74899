// @era v6.12 v6.14 v6.17 v6.18 next
// @expect unbalanced-put 13
//
// The error path puts a reference that it never took. The owner's own free comes too late.
import { __free_page, alloc_page, get_page, GFP_KERNEL, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
get_page(page)
const done = () => put_page(page)

done()
const failed = true
if (failed) put_page(page)

__free_page(page)
