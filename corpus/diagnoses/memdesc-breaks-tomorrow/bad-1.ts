// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect memdesc-breaks-tomorrow 9 memdesc
//
// A reference on a vmalloc page keeps it over vfree() today. It will not tomorrow.
import { get_page, page_address, put_page, vfree, vmalloc, vmalloc_to_page } from 'linux'

const area = vmalloc(4096)!
const page = vmalloc_to_page(area)!
get_page(page)
const alias = page_address(page)!
vfree(area)
alias.write_u8(0, 1)
put_page(page)
