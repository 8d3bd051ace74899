import { Page, into_phys } from 'asahi/page'
import { GFP_KERNEL } from 'kernel'

// Never taken back.
const leaf = into_phys(Page.alloc_page(GFP_KERNEL))
const left = leaf
const right = leaf`${left} ${right}`
