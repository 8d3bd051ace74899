import { describe, expect, it } from 'vitest'
import { runText } from '../../runtime/testing/run-text.ts'

const SETUP = `
import * as k from 'linux'
const say = (...values) => k.pr_info(values.join(' '))
`

describe('vfree() where it may not sleep', () => {
  it('vfree_atomic() keeps the pages until a worker has run, and the list node lies in the area', () => {
    const { log } = runText(`${SETUP}
      const a = k.vmalloc(8192), b = k.vmalloc(4096)
      const p = k.vmalloc_to_page(a), q = k.vmalloc_to_page(b)
      k.memset(k.page_address(q), 0xff, 16)
      k.vfree_atomic(a)
      k.vfree_atomic(b)
      say(k.page_ref_count(p), k.page_address(p).read_u64(0) === 0n, k.page_address(q).read_u64(0) === a.addr)
      k.msleep(1)
      say(k.page_ref_count(p), k.page_ref_count(q))`)
    expect(log).toEqual(['1 true true', '0 0'])
  })

  it('vfree() and kvfree() are put off with bottom halves off and in a softirq, and not else', () => {
    const { log } = runText(`${SETUP}
      const lock = k.DEFINE_SPINLOCK('lock')
      const [a, b, c] = [k.vmalloc(4096), k.kvmalloc(8 << 20, k.GFP_KERNEL), k.vmalloc(4096)]
      const pages = [a, b, c].map((area) => k.vmalloc_to_page(area))
      k.spin_lock_bh(lock)
      k.vfree(a)
      k.kvfree(b)
      k.spin_unlock_bh(lock)
      say(k.page_ref_count(pages[0]), k.page_ref_count(pages[1]))
      k.call_rcu(new k.rcu_head(), () => { k.vfree(c); say('softirq', k.page_ref_count(pages[2])) })
      k.rcu_barrier()
      k.msleep(1)
      say(pages.map((page) => k.page_ref_count(page)).join(' '))
      const d = k.vmalloc(4096), last = k.vmalloc_to_page(d)
      k.vfree(d)
      say(k.page_ref_count(last))`)
    expect(log).toEqual(['1 1', 'softirq 1', '0 0 0', '0'])
  })
})
