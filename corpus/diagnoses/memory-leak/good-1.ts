// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Everything that init took, exit gives back.
import { GFP_KERNEL, kfree, kzalloc, module_exit } from 'linux'

const table = kzalloc(1024, GFP_KERNEL)!
const name = kzalloc(16, GFP_KERNEL)!
table.write_u64(0, name.addr)
module_exit(() => {
  kfree(name)
  kfree(table)
})
