// @era v6.12 v6.17 next
// @expect not-in-this-era 6 v6.12 next
//
// CoherentAllocation came after v6.12 and gave way to Coherent.
import { device } from 'sim'
import { CoherentAllocation, GFP_KERNEL } from 'kernel'

const dev = device('nic')
using ring = CoherentAllocation.alloc_coherent(dev, 64, GFP_KERNEL)
ring.field_write(0, 1n)
