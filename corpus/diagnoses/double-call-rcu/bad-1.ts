// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect double-call-rcu 8
//
// The object is queued by the remover and by the exit path.
import { GFP_KERNEL, kfree_rcu, kmalloc } from 'linux'

const route = kmalloc(64, GFP_KERNEL)!
const remove = () => kfree_rcu(route)
remove()
remove()
