import { __free_page, alloc_page, GFP_HIGHUSER, page_address } from 'linux'

// Another machine is no answer.
const page = alloc_page(GFP_HIGHUSER)!
page_address(page)!.write_u8(0, 1)
__free_page(page)
