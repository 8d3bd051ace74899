import { GFP_KERNEL, KBox, drop } from 'kernel'
import { pr_info } from 'linux'

// Large requests do not come from a slab: the page allocator serves them directly.
const big = KBox.new_uninit(16384, GFP_KERNEL)
const bytes = big.as_ptr()!
bytes.write_u8(0, 7)

// … later:
pr_info(`byte ${bytes.read_u8(0)}`)
drop(big)
