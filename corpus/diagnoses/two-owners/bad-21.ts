// @era next memdesc
// @expect two-owners 9
//
// A page of C is wrapped twice: both owners will free it.
import { alloc_page } from 'linux'
import { GFP_KERNEL, Owned } from 'kernel'
const c = alloc_page(GFP_KERNEL)!
using a = Owned.from_raw(c)
using b = Owned.from_raw(c)
a.fill_zero_raw(0, 1); b.fill_zero_raw(0, 1)
