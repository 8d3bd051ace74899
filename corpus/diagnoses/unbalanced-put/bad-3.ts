// @era v6.12 v6.14 v6.17 v6.18 next
// @machine debug=off
// @expect unbalanced-put 21
//
// Between the put too many and the owner the page got another owner. A production kernel prints nothing.
import { __free_page, alloc_page, get_page, GFP_KERNEL, page_address, put_page } from 'linux'
import type { page } from 'linux'

const ring = alloc_page(GFP_KERNEL)!
const users: page[] = []
const grab = () => {
  get_page(ring)
  users.push(ring)
}
grab()
grab()
users.forEach((user) => put_page(user))
put_page(ring)
const table = alloc_page(GFP_KERNEL)!
const entries = page_address(table)!
put_page(ring)
entries.write_u64(0, 1n)
__free_page(table)
