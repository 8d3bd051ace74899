// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-double-free 8
//
// kfree_rcu() has taken the object; kfree() frees it as well.
import { GFP_KERNEL, kfree, kfree_rcu, kmalloc } from 'linux'

const session = kmalloc(96, GFP_KERNEL)!
const teardown = [() => kfree_rcu(session), () => kfree(session)]
for (const step of teardown) step()
