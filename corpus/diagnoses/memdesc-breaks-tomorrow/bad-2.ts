// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect memdesc-breaks-tomorrow 9 memdesc
//
// Driver pages are counted from two sides.
import { __free_page, alloc_page, get_page, GFP_KERNEL, put_page } from 'linux'
import type { page } from 'linux'

const share = (page: page) => {
  get_page(page)
  return () => put_page(page)
}
const frame = alloc_page(GFP_KERNEL)!
const release = share(frame)
release()
__free_page(frame)
