// @era next memdesc
// @expect none
//
// Coherent is the name from next on.
import { device } from 'sim'
import { Coherent, GFP_KERNEL } from 'kernel'

const dev = device('nic')
using ring = Coherent.zeroed_slice(dev, 64, GFP_KERNEL)
ring.field_write(0, 1n)
