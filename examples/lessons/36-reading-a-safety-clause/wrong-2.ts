import { GFP_KERNEL, KVec } from 'kernel'
import { pr_info } from 'linux'

using bytes = KVec.with_capacity(64, GFP_KERNEL)
bytes.extend_with(64, 0, GFP_KERNEL)
pr_info(`length ${bytes.len()}`)
