// Case i386_highmem: high memory: kmap, kmap_local_page, page_address.
// @machine memory=1536M arch=i386-highmem debug=on
// Measured: here-i386 debug=on
// Varies: 112 low is linear: DEBUG_KMAP_LOCAL_FORCE_MAP maps pages of low memory too
import {
  GFP_HIGHUSER,
  GFP_KERNEL,
  PageHighMem,
  __GFP_ZERO,
  __free_page,
  alloc_page,
  compound_order,
  is_vmalloc_addr,
  kfree,
  kmalloc,
  kmap,
  kmap_local_page,
  kunmap,
  kunmap_local,
  memcpy_from_page,
  memcpy_to_page,
  page_address,
  page_ref_count,
  preempt_count,
  shared,
  vfree,
  virt_to_page,
  vmalloc,
  vmalloc_to_page,
} from 'linux'
import type { Ptr, page } from 'linux'
import { byte, distance, isNull, plus, same, say, setByte } from './values.ts'

// hm pages
{
  let a: page
  let b: page
  let c: page
  let p: Ptr
  let q: Ptr
  let r: Ptr
  a = alloc_page(GFP_HIGHUSER)!
  b = alloc_page(GFP_KERNEL)!
  c = alloc_page(GFP_HIGHUSER | __GFP_ZERO)!
  say(101, PageHighMem(a), 'hm a')
  say(102, PageHighMem(b), 'hm b')
  say(103, PageHighMem(c), 'hm c')
  p = page_address(a)!
  say(104, isNull(p), 'addr a')
  p = page_address(b)!
  say(105, isNull(p), 'addr b')
  p = kmap_local_page(a)!
  q = kmap_local_page(c)!
  say(106, distance(p, q), 'local order')
  r = kmap_local_page(a)!
  say(107, same(p, r), 'same')
  say(108, distance(q, r), 'third')
  setByte(p, 5, 77)
  say(109, byte(r, 5), 'shared')
  say(110, byte(q, 100), 'zero')
  q = page_address(a)!
  say(111, isNull(q), 'addr a mapped locally')
  kunmap_local(r)
  r = kmap_local_page(b)!
  q = page_address(b)!
  say(112, same(r, q), 'low is linear')
  kunmap_local(r)
  r = kmap_local_page(c)!
  kunmap_local(r)
  q = kmap_local_page(c)!
  say(113, same(q, r), 'slot again')
  kunmap_local(q)
}

// hm kmap
{
  let a: page
  let b: page
  let c: page
  let p: Ptr
  let q: Ptr
  let r: Ptr
  a = alloc_page(GFP_HIGHUSER)!
  b = alloc_page(GFP_HIGHUSER)!
  c = alloc_page(GFP_KERNEL)!
  p = kmap(a)!
  q = kmap(a)!
  say(201, same(p, q), 'twice')
  q = page_address(a)!
  say(202, same(p, q), 'page_address')
  r = kmap(b)!
  say(203, distance(r, p), 'next')
  kunmap(a)
  q = page_address(a)!
  say(204, isNull(q), 'after one')
  kunmap(a)
  q = page_address(a)!
  say(205, isNull(q), 'after both')
  q = kmap(a)!
  say(206, same(p, q), 'again')
  kunmap(a)
  kunmap(b)
  p = kmap(c)!
  q = page_address(c)!
  say(207, same(p, q), 'low')
  kunmap(c)
  say(208, is_vmalloc_addr(r), 'pkmap is vmalloc')
}

// hm vmalloc
{
  let a: page
  let p: Ptr
  let q: Ptr
  p = vmalloc(8192)!
  a = vmalloc_to_page(p)!
  say(301, PageHighMem(a), 'vmalloc page high')
  q = page_address(a)!
  say(302, isNull(q), 'address')
  vfree(p)
  p = kmalloc(100, GFP_KERNEL)!
  a = virt_to_page(p)!
  say(303, PageHighMem(a), 'kmalloc high')
  kfree(p)
  p = kmalloc(9000, GFP_KERNEL)!
  a = virt_to_page(p)!
  say(304, PageHighMem(a), 'large kmalloc high')
  say(305, compound_order(a), 'order')
  kfree(p)
}

// kmap values
{
  let p: page
  let a: Ptr
  let b: Ptr
  let c: Ptr
  p = alloc_page(GFP_HIGHUSER)!
  a = kmap_local_page(p)!
  b = kmap_local_page(p)!
  c = kmap(p)!
  say(401, same(a, b), 'a==b')
  say(402, same(a, page_address(p)), 'a==addr')
  say(403, same(c, a), 'kmap==a')
  say(404, page_ref_count(p), 'ref')
  say(405, preempt_count(), 'preempt')
  kunmap(p)
  kunmap_local(b)
  kunmap_local(a)
  a = kmap_local_page(p)!
  setByte(a, 10, 0x31)
  kunmap_local(a)
  b = kmalloc(64, GFP_KERNEL)!
  memcpy_from_page(b, p, 10, 1)
  say(406, byte(b, 0), 'b0')
  setByte(b, 1, 0x44)
  memcpy_to_page(p, 4090, plus(b, 1), 1)
  say(407, byte(page_address(p), 4090), 'b4090')
  kfree(b)
  __free_page(p)
}
