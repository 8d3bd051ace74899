// @era all
// @expect pt-double-take 9
//
// The bootloader's table is not ours: nobody gave it up with into_phys().
import { from_phys } from 'asahi/page'
import { GFP_KERNEL, __free_page, alloc_page, page_to_phys } from 'linux'

const handedOver = alloc_page(GFP_KERNEL)!
const ttb = from_phys(page_to_phys(handedOver))
ttb.fill_zero_raw(0, 8)
__free_page(handedOver)
