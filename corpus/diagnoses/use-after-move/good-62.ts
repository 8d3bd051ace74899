// @era v6.18 next memdesc
// @expect none
//
// The table with its pages is moved into the structure that owns it from then on.
import { sim } from 'sim'
import { DataDirection, drop, GFP_KERNEL, SGTable, VVec } from 'kernel'
const dev = sim.device('nova')
class Gsp { constructor(public fw: SGTable<VVec<number>>) {} }
const v = VVec.with_capacity<number>(8192, GFP_KERNEL)
v.extend_with(8192, 1, GFP_KERNEL)
const g = new Gsp(SGTable.new(dev, v, DataDirection.ToDevice, GFP_KERNEL))
dev.dma_read(g.fw.iter()[0]!.dma_address(), 16)
drop(g)
