// @era v6.18 next memdesc
// @expect borrow-outlives-owner 12
//
// The pages were borrowed from a vector that has moved into a table for the device.
import { sim } from 'sim'
import { DataDirection, GFP_KERNEL, SGTable, VVec } from 'kernel'
const dev = sim.device('nova')
const v = VVec.with_capacity<number>(4096, GFP_KERNEL)
v.extend_with(4096, 7, GFP_KERNEL)
const pages = [...v.page_iter()]
using t = SGTable.new(dev, v, DataDirection.ToDevice, GFP_KERNEL)
pages[0]!.write_raw([1], 0, 1)
