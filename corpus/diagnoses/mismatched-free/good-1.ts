// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// kvfree() looks at the address.
import { GFP_KERNEL, kvfree, kvmalloc } from 'linux'

const table = kvmalloc(16 * 1024 * 1024, GFP_KERNEL)!
table.write_u8(0, 1)
kvfree(table)
