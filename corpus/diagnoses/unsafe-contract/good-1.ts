// @era all
// @expect none
//
// Room is made first, and the bytes are written before they count.
import { GFP_KERNEL, KVec } from 'kernel'

using bytes = KVec.with_capacity(64, GFP_KERNEL)
bytes.reserve(128, GFP_KERNEL)
bytes.extend_with(128, 0, GFP_KERNEL)
bytes.set_len(100)
