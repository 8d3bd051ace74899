import { Page } from 'kernel'
import { GFP_HIGHUSER } from 'linux'

using from = Page.alloc_page(GFP_HIGHUSER)
using to = Page.alloc_page(GFP_HIGHUSER)
from.with_page_mapped((source) => source.write_u8(0, 7))
to.with_page_mapped((target) => target.write_u8(0, 7))
