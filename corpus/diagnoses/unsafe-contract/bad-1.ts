// @era all
// @expect unsafe-contract 8
//
// set_len() beyond the capacity: the elements would lie outside the buffer.
import { GFP_KERNEL, KVec } from 'kernel'

using bytes = KVec.with_capacity(64, GFP_KERNEL)
bytes.set_len(128)
