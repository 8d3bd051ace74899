// @era v6.18 next memdesc
// @expect none
//
// The map fails: the pages were moved into the call, which drops them.
import { sim } from 'sim'
import { DataDirection, GFP_KERNEL, KernelError, SGTable, VVec } from 'kernel'
import { pr_info } from 'linux'
const dev = sim.device('nova')
using v = VVec.with_capacity<number>(8192, GFP_KERNEL)
sim.fail_next('dma_map_sgtable')
try { using t = SGTable.new(dev, v, DataDirection.ToDevice, GFP_KERNEL); pr_info('ok') } catch (e) { if (!(e instanceof KernelError)) throw e }
