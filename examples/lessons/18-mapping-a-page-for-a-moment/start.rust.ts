import { Page } from 'kernel'
import { GFP_HIGHUSER, memcpy } from 'linux'

using from = Page.alloc_page(GFP_HIGHUSER)
using to = Page.alloc_page(GFP_HIGHUSER)
const source = from.with_page_mapped((bytes) => bytes)
source.write_u8(0, 7)
to.with_page_mapped((target) => memcpy(target, source, 64))
