import { GFP_KERNEL, KVec } from 'kernel'
import { pr_info } from 'linux'

using bytes = KVec.with_capacity(64, GFP_KERNEL)
bytes.set_len(128)
pr_info(`length ${bytes.len()}`)
