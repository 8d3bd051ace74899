import { GFP_KERNEL, KVec } from 'kernel'
import { pr_info } from 'linux'

// Past the end, by hand.
using bytes = KVec.with_capacity(64, GFP_KERNEL)
bytes.as_ptr().write_u8(127, 0)
pr_info(`length ${bytes.len()}`)
