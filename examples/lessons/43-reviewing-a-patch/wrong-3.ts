import { DataDirection, GFP_KERNEL, PAGE_SIZE, SGTable, VVec } from 'kernel'
import { sim } from 'sim'

// The table is never dropped: the device keeps the memory for ever.
const dev = sim.device('gsp')
const image = VVec.with_capacity(PAGE_SIZE, GFP_KERNEL)
image.extend_with(4, 0x5a, GFP_KERNEL)
const table = SGTable.new(dev, image, DataDirection.ToDevice, GFP_KERNEL)

for (const entry of table.iter()) dev.dma_read(entry.dma_address(), 4)
