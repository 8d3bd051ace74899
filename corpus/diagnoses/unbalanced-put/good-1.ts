// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// One put for each get; the reference is handed to another function, which drops it.
import { __free_page, alloc_page, get_page, GFP_KERNEL, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
get_page(page)
const done = () => put_page(page)

const failed = true
if (failed) done()

__free_page(page)
