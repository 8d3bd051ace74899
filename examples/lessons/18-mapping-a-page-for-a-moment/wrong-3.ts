import { __free_page, alloc_page, GFP_HIGHUSER, kmap_local_page, kunmap_local } from 'linux'

const from = alloc_page(GFP_HIGHUSER)!
const to = alloc_page(GFP_HIGHUSER)!
const source = kmap_local_page(from)
source.write_u8(0, 7)
kunmap_local(source)
__free_page(to)
__free_page(from)
