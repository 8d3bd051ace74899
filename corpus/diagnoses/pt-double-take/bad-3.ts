// @era all
// @expect pt-double-take 12
//
// Two parents hold the same table; each takes it when it is torn down.
import { Page, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, drop } from 'kernel'

const table = into_phys(Page.alloc_page(GFP_KERNEL))
const kernelHalf = [table]
const userHalf = [table]
for (const phys of kernelHalf) drop(from_phys(phys))
for (const phys of userHalf) drop(from_phys(phys))
