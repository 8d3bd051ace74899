// @era all
// @expect none
//
// The bootloader's table is borrowed and never freed by the driver.
import { borrow_phys } from 'asahi/page'
import { GFP_KERNEL, __free_page, alloc_page, page_to_phys } from 'linux'

const handedOver = alloc_page(GFP_KERNEL)!
const ttb = borrow_phys(page_to_phys(handedOver))!
ttb.fill_zero_raw(0, 8)
__free_page(handedOver)
