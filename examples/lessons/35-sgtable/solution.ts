import { DataDirection, GFP_KERNEL, PAGE_SIZE, SGTable, VVec } from 'kernel'
import { pr_info } from 'linux'
import { sim } from 'sim'

const dev = sim.device('gsp')
const image = VVec.with_capacity(2 * PAGE_SIZE, GFP_KERNEL)
image.extend_with(4, 0x5a, GFP_KERNEL)
using table = SGTable.new(dev, image, DataDirection.ToDevice, GFP_KERNEL)

for (const entry of table.iter()) pr_info(`${entry.dma_len()} bytes`)
