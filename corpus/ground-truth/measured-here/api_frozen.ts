// Case api_frozen: references, atomics and blocks: what each call returns and leaves.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
// Kernel: here-plain: many calls that the kernel refuses and warns about; their values are compared
import {
  ClearPagePrivate,
  GFP_ATOMIC,
  GFP_KERNEL,
  PageCompound,
  PageHead,
  PagePrivate,
  PageTail,
  SetPagePrivate,
  __GFP_COMP,
  __GFP_NOWARN,
  __GFP_ZERO,
  __free_page,
  __free_pages,
  alloc_page,
  alloc_pages,
  alloc_pages_exact,
  atomic_add,
  atomic_cmpxchg,
  atomic_dec,
  atomic_dec_and_test,
  atomic_dec_return,
  atomic_fetch_add,
  atomic_inc_return,
  atomic_read,
  atomic_set,
  atomic_sub,
  atomic_t,
  atomic_xchg,
  complete,
  complete_all,
  completion,
  completion_done,
  compound_nr,
  compound_order,
  down_read,
  down_read_trylock,
  down_write,
  folio_size,
  folio_test_large,
  free_pages_exact,
  init_completion,
  init_rwsem,
  is_vmalloc_addr,
  kcalloc,
  kfree,
  kmalloc,
  kmalloc_array,
  kmalloc_size_roundup,
  krealloc,
  ksize,
  kvfree,
  kvmalloc,
  kvzalloc,
  mutex,
  mutex_init,
  mutex_trylock,
  mutex_unlock,
  nth_page,
  page_folio,
  page_private,
  page_ref_count,
  page_size,
  refcount_dec,
  refcount_dec_and_test,
  refcount_inc,
  refcount_inc_not_zero,
  refcount_read,
  refcount_set,
  refcount_t,
  reinit_completion,
  rw_semaphore,
  set_page_private,
  spin_lock_init,
  spinlock_t,
  try_wait_for_completion,
  up_read,
  up_write,
  virt_to_page,
  wait_for_completion,
} from 'linux'
import type { Ptr, page } from 'linux'
import { address, byte, isNull, plus, same, say } from './values.ts'

// rc
{
  const r = new refcount_t(0)
  const RR_ = () => refcount_read(r)
  refcount_set(r, 1)
  say(101, refcount_inc_not_zero(r), 'inz')
  say(102, RR_(), 'r')
  say(103, refcount_dec_and_test(r), 'dt')
  say(104, refcount_dec_and_test(r), 'dt')
  say(105, RR_(), 'r0')
  say(106, refcount_inc_not_zero(r), 'inz0')
  refcount_inc(r)
  say(107, RR_(), 'inc0')
  say(108, refcount_dec_and_test(r), 'dt sat')
  say(109, RR_(), 'r')
  refcount_inc(r)
  say(110, RR_(), 'inc sat')
  refcount_set(r, 2147483647)
  refcount_inc(r)
  say(111, RR_(), 'max+1')
  refcount_set(r, 2147483647)
  say(112, refcount_inc_not_zero(r), 'inz max')
  say(113, RR_(), 'r')
  refcount_set(r, 0)
  say(114, refcount_dec_and_test(r), 'dt0')
  say(115, RR_(), 'r')
  refcount_set(r, 1)
  refcount_dec(r)
  say(116, RR_(), 'dec1')
  refcount_set(r, 5)
  refcount_dec(r)
  say(117, RR_(), 'dec5')
  refcount_set(r, 0 - 1)
  say(118, refcount_inc_not_zero(r), 'inz-1')
  say(119, RR_(), 'r')
  refcount_set(r, 0 - 1073741824 + 5)
  say(120, refcount_dec_and_test(r), 'dt')
  say(121, RR_(), 'r')
}

// at
{
  const a = new atomic_t(0)
  atomic_set(a, 2147483647)
  say(201, atomic_inc_return(a), 'wrap')
  atomic_dec(a)
  say(202, atomic_read(a), 'back')
  say(203, atomic_xchg(a, 5), 'xchg')
  say(204, atomic_cmpxchg(a, 5, 7), 'cmp')
  say(205, atomic_cmpxchg(a, 5, 9), 'cmp2')
  say(206, atomic_read(a), 'v')
  say(207, atomic_fetch_add(3, a), 'fa')
  atomic_sub(11, a)
  say(208, atomic_read(a), 's')
  say(209, atomic_dec_and_test(a), 'dt')
  atomic_set(a, 1)
  say(210, atomic_dec_and_test(a), 'dt')
  atomic_add(4, a)
  say(211, atomic_dec_return(a), 'dr')
}

// comp
{
  let i = 0
  const c = new completion()
  init_completion(c)
  say(301, completion_done(c), 'done0')
  say(302, try_wait_for_completion(c), 'try0')
  complete(c)
  complete(c)
  say(303, completion_done(c), 'done2')
  say(304, try_wait_for_completion(c), 't1')
  wait_for_completion(c)
  say(305, try_wait_for_completion(c), 't3')
  complete_all(c)
  for (i = 0; i < 3; i++) {
    wait_for_completion(c)
    say(306, try_wait_for_completion(c), 'ca')
  }
  say(307, completion_done(c), 'ca done')
  complete(c)
  say(308, completion_done(c), 'after')
  reinit_completion(c)
  say(309, completion_done(c), 're')
  say(310, try_wait_for_completion(c), 're try')
}

// rw
{
  const s = new rw_semaphore()
  init_rwsem(s)
  const m = new mutex()
  mutex_init(m)
  const l = new spinlock_t()
  spin_lock_init(l)
  down_read(s)
  say(401, down_read_trylock(s), 'rtry')
  up_read(s)
  up_read(s)
  down_write(s)
  say(402, down_read_trylock(s), 'rtry w')
  up_write(s)
  say(403, mutex_trylock(m), 'mt')
  say(404, mutex_trylock(m), 'mt2')
  mutex_unlock(m)
}

// pg words
{
  let p: page
  p = alloc_page(GFP_KERNEL)!
  say(501, page_private(p), 'priv')
  set_page_private(p, 77)
  say(502, page_private(p), 'priv')
  SetPagePrivate(p)
  say(503, PagePrivate(p), 'pp')
  say(504, page_ref_count(p), 'ref')
  ClearPagePrivate(p)
  __free_page(p)
  p = alloc_page(GFP_KERNEL)!
  say(505, page_private(p), 'priv again')
  __free_page(p)
  p = alloc_pages(GFP_KERNEL, 3)!
  say(506, compound_order(p), 'co')
  say(507, compound_nr(p), 'cn')
  say(508, page_size(p), 'ps')
  __free_pages(p, 3)
  p = alloc_pages(GFP_KERNEL | __GFP_COMP, 9)!
  say(509, compound_order(p), 'co')
  say(510, compound_nr(p), 'cn')
  say(511, page_size(p), 'ps')
  say(512, folio_size(page_folio(p)), 'fs')
  say(513, folio_test_large(page_folio(p)), 'large')
  say(514, PageHead(p), 'head')
  say(515, PageTail(nth_page(p, 511)), 'tail')
  __free_pages(p, 9)
  p = alloc_pages(GFP_KERNEL | __GFP_COMP, 0)!
  say(516, PageCompound(p), 'comp0')
  say(517, folio_test_large(page_folio(p)), 'large0')
  __free_page(p)
}

// exact
{
  let a: Ptr
  let b: Ptr
  a = alloc_pages_exact(20000, GFP_KERNEL)!
  b = alloc_pages_exact(4097, GFP_KERNEL | __GFP_ZERO)!
  say(601, page_ref_count(virt_to_page(plus(a, 16384))), 'r4')
  say(602, page_ref_count(virt_to_page(plus(a, 20480))), 'r5')
  say(603, page_ref_count(virt_to_page(plus(b, 4096))), 'b1')
  say(604, PageCompound(virt_to_page(a)), 'pc')
  free_pages_exact(a, 20000)
  free_pages_exact(b, 4097)
  a = alloc_pages_exact(20000, GFP_KERNEL | __GFP_COMP)!
  say(605, isNull(a), 'comp')
  say(606, PageCompound(virt_to_page(a)), 'pc')
  free_pages_exact(a, 20000)
  a = alloc_pages_exact(4 * 1024 * 1024, GFP_KERNEL)!
  say(607, isNull(a), '4M')
  free_pages_exact(a, 4 * 1024 * 1024)
  a = alloc_pages_exact(4 * 1024 * 1024 + 1, GFP_KERNEL | __GFP_NOWARN)!
  say(608, isNull(a), '4M+1')
  a = alloc_pages_exact(0, GFP_KERNEL | __GFP_NOWARN)!
  say(609, isNull(a), '0')
}

// ksz
{
  let a: Ptr
  let b: Ptr
  let i = 0
  const sz = [0, 1, 8, 9, 16, 33, 96, 97, 128, 129, 192, 193, 8192, 8193, 16384, 16385, 4194304]
  for (i = 0; i < 17; i++) {
    a = kmalloc(sz[i], GFP_KERNEL)!
    say(701, ksize(a), 'ksize %ld', sz[i])
    say(702, kmalloc_size_roundup(sz[i]), 'roundup')
    kfree(a)
  }
  a = kmalloc(4194305, GFP_KERNEL | __GFP_NOWARN)!
  say(703, isNull(a), 'big')
  a = krealloc(null, 100, GFP_KERNEL)!
  say(704, ksize(a), 'k100')
  b = krealloc(a, 128, GFP_KERNEL)!
  say(705, same(a, b), 'same')
  a = krealloc(b, 129, GFP_KERNEL)!
  say(706, same(a, b), 'moved')
  say(707, ksize(a), 'k192')
  b = krealloc(a, 1, GFP_KERNEL)!
  say(708, same(a, b), 'shrunk')
  say(709, ksize(b), 'ks')
  a = krealloc(b, 8193, GFP_KERNEL)!
  say(710, ksize(a), 'k16384')
  b = krealloc(a, 16384, GFP_KERNEL)!
  say(711, same(a, b), 'same')
  a = krealloc(b, 0, GFP_KERNEL)!
  say(712, address(a), 'zsp')
  a = krealloc(a, 0, GFP_KERNEL)!
  say(713, address(a), 'zsp2')
  a = krealloc(a, 50, GFP_KERNEL)!
  say(714, ksize(a), 'from zsp')
  kfree(a)
  a = kcalloc(0, 8, GFP_KERNEL)!
  say(715, address(a), 'kc0')
  kfree(a)
  a = kmalloc_array(3, 7, GFP_KERNEL)!
  say(716, ksize(a), 'arr')
  kfree(a)
}

// kvm
{
  let a: Ptr
  let i = 0
  const sz = [1, 4096, 8192, 8193, 32768, 32769, 65536, 1000000, 4194304, 4194305, 8000000]
  for (i = 0; i < 11; i++) {
    a = kvmalloc(sz[i], GFP_KERNEL)!
    say(801, is_vmalloc_addr(a), 'vm %ld', sz[i])
    kvfree(a)
    a = kvzalloc(sz[i], GFP_KERNEL)!
    say(802, byte(a, sz[i] - 1), 'z')
    kvfree(a)
  }
  a = kvmalloc(0, GFP_KERNEL)!
  say(803, address(a), 'kv0')
  kvfree(a)
  a = kvmalloc(8000000, GFP_ATOMIC | __GFP_NOWARN)!
  say(804, isNull(a), 'atomic')
}
