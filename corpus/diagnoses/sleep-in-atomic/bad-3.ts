// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect sleep-in-atomic 9
//
// An RCU callback runs in softirq context, where nobody may wait.
import { GFP_KERNEL, alloc_page, __free_page, call_rcu, rcu_barrier, rcu_head } from 'linux'

const head = new rcu_head()
call_rcu(head, () => {
  const page = alloc_page(GFP_KERNEL)!
  __free_page(page)
})
rcu_barrier()
