// @era v6.12 v6.14 v6.17 v6.18 next
// @expect page-leak 9
//
// The put names the second holder's reference: the first holder's is the one that stays.
import { __free_page, alloc_page, get_page, GFP_KERNEL, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const rx = page
get_page(rx)
const tx = page
get_page(tx)
put_page(tx)
__free_page(page)
