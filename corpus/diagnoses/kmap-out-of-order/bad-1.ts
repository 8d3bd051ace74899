// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect kmap-out-of-order 12
//
// Local mappings form a stack; this one is popped from the wrong end.
import { __free_page, alloc_page, GFP_HIGHUSER, kmap_local_page, kunmap_local, memcpy } from 'linux'

const from = alloc_page(GFP_HIGHUSER)!
const to = alloc_page(GFP_HIGHUSER)!
const source = kmap_local_page(from)
const target = kmap_local_page(to)
memcpy(target, source, 64)
kunmap_local(source)
kunmap_local(target)
__free_page(to)
__free_page(from)
