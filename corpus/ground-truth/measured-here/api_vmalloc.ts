// Case api_vmalloc: vmalloc, vmap and kvmalloc.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
// Varies: 901 next(1048576): what was freed before decides where areas lie
// Varies: 901 next(2097152): what was freed before decides where areas lie
// Varies: 901 next(2097153): what was freed before decides where areas lie
// Varies: 901 next(4194304): what was freed before decides where areas lie
// Varies: 902 b-a(1048576): what was freed before decides where areas lie
// Varies: 902 b-a(2097152): what was freed before decides where areas lie
// Varies: 902 b-a(2097153): what was freed before decides where areas lie
// Varies: 902 b-a(4194304): what was freed before decides where areas lie
// Varies: 1107 align2M: what was freed before decides where areas lie
// Kernel: here-plain: many calls that the kernel refuses and warns about; their values are compared
import {
  GFP_ATOMIC,
  GFP_HIGHUSER,
  GFP_KERNEL,
  PAGE_KERNEL,
  PageCompound,
  PageHead,
  PageReserved,
  PageSlab,
  VM_MAP,
  VM_MAP_PUT_PAGES,
  __GFP_NOWARN,
  __GFP_ZERO,
  __free_page,
  __vmalloc,
  alloc_page,
  compound_order,
  get_page,
  is_vmalloc_addr,
  kfree,
  kmalloc,
  kmalloc_size_roundup,
  kmap,
  kmap_local_page,
  ksize,
  kunmap,
  kunmap_local,
  kvfree,
  kvmalloc,
  kvzalloc,
  memcpy_from_page,
  memcpy_to_page,
  msleep,
  page_address,
  page_count,
  page_mapcount,
  page_ref_count,
  page_to_pfn,
  preempt_count,
  put_page,
  vfree,
  vfree_atomic,
  virt_addr_valid,
  vmalloc,
  vmalloc_to_page,
  vmalloc_to_pfn,
  vmalloc_user,
  vmap,
  vunmap,
  vzalloc,
} from 'linux'
import type { Ptr, page } from 'linux'
import { byte, distance, isNull, offsetInPage, plus, same, say, setByte } from './values.ts'

// vm layout
{
  let a: Ptr
  let b: Ptr
  let c: Ptr
  let d: Ptr
  a = vmalloc(4096)!
  b = vmalloc(4096)!
  c = vmalloc(8192)!
  d = vmalloc(5000)!
  say(101, offsetInPage(a), 'off')
  say(102, is_vmalloc_addr(a), 'isv')
  say(103, virt_addr_valid(a), 'vav')
  say(104, page_ref_count(vmalloc_to_page(a)!), 'ref')
  say(105, page_count(vmalloc_to_page(a)!), 'count')
  say(106, PageCompound(vmalloc_to_page(c)!), 'comp')
  say(107, distance(b, a), 'b-a')
  say(108, distance(c, b), 'c-b')
  say(109, distance(d, c), 'd-c')
  say(110, isNull(vmalloc_to_page(plus(a, 4096))), 'guard')
  say(111, isNull(vmalloc_to_page(plus(d, 8192))), 'guard2')
  say(112, isNull(vmalloc_to_page(plus(d, 4096))), 'd second')
  vfree(a)
  vfree(b)
  vfree(c)
  vfree(d)
  say(113, isNull(vmalloc_to_page(a)), 'gone')
}

// vm fail
{
  let p: Ptr
  p = vmalloc(0)!
  say(201, isNull(p), 'vmalloc(0)')
  p = vmalloc(2 ** 40)!
  say(202, isNull(p), '1T')
  p = vzalloc(0)!
  say(203, isNull(p), 'vzalloc(0)')
  p = kvmalloc(0x7fffffff, GFP_KERNEL | __GFP_NOWARN)!
  say(204, isNull(p), 'kvmalloc(INT_MAX)')
  p = kvmalloc(0x80000000, GFP_KERNEL | __GFP_NOWARN)!
  say(205, isNull(p), 'kvmalloc(INT_MAX+1)')
  vfree(null)
  vunmap(null)
  kvfree(null)
  vfree_atomic(null)
}

// kvm thresholds
{
  let p: Ptr
  let i = 0
  let n = 0
  const sz = [1, 100, 4096, 4097, 8192, 8193, 16384, 32768, 32769, 65536, 131072, 1048576, 4194304, 4194305, 8388608]
  n = sz.length
  for (i = 0; i < n; i++) {
    p = kvmalloc(sz[i], GFP_KERNEL)!
    say(301, is_vmalloc_addr(p), 'kvmalloc(%ld)', sz[i])
    if (is_vmalloc_addr(p)) say(302, page_ref_count(vmalloc_to_page(p)!), 'ref')
    else say(303, ksize(p), 'ksize')
    kvfree(p)
    p = kvmalloc(sz[i], GFP_ATOMIC | __GFP_NOWARN)!
    say(304, isNull(p), 'atomic null(%ld)', sz[i])
    if (p != null) kvfree(p)
  }
}

// vm zero
{
  let p: Ptr
  let q: Ptr
  let i = 0
  p = vmalloc(4096)!
  for (i = 0; i < 4096; i += 512) setByte(p, i, 0x77)
  vfree(p)
  q = vzalloc(4096)!
  say(401, byte(q, 0), 'b0')
  say(402, byte(q, 512), 'b512')
  say(403, byte(q, 4095), 'b4095')
  vfree(q)
  p = vmalloc_user(5000)!
  say(404, byte(p, 0), 'u0')
  say(405, byte(p, 8191), 'u8191')
  say(406, page_ref_count(vmalloc_to_page(p)!), 'ref')
  vfree(p)
  p = kvzalloc(40000, GFP_KERNEL)!
  say(407, byte(p, 0), 'kv0')
  say(408, byte(p, 39999), 'kv39999')
  kvfree(p)
  p = __vmalloc(4096, GFP_KERNEL | __GFP_ZERO)!
  say(409, byte(p, 100), 'z100')
  vfree(p)
}

// vm map
{
  let a: Ptr
  let b: Ptr
  let c: Ptr
  const pg: page[] = []
  let i = 0
  for (i = 0; i < 4; i++) pg[i] = alloc_page(GFP_KERNEL)!
  a = vmap(pg, 4, VM_MAP, PAGE_KERNEL)!
  say(501, is_vmalloc_addr(a), 'isv')
  say(502, page_ref_count(pg[0]), 'ref0')
  say(503, page_ref_count(pg[3]), 'ref3')
  say(504, page_mapcount(pg[0]), 'mapcount')
  for (i = 0; i < 4; i++) say(505, same(vmalloc_to_page(plus(a, i * 4096))!, pg[i]), 'page%ld', i)
  setByte(a, 4097, 0x5a)
  say(506, byte(page_address(pg[1]), 1), 'through')
  b = vmap(pg, 2, VM_MAP, PAGE_KERNEL)!
  say(507, same(a, b), 'b==a')
  say(508, distance(b, a), 'b-a')
  say(509, byte(b, 4097), 'b4097')
  say(510, isNull(vmalloc_to_page(plus(b, 8192))), 'guard')
  vunmap(b)
  say(511, page_ref_count(pg[0]), 'ref0')
  say(512, isNull(vmalloc_to_page(b)), 'gone')
  vunmap(a)
  say(513, page_ref_count(pg[0]), 'ref0 after')
  c = vmap(pg, 4, VM_MAP, PAGE_KERNEL)!
  say(514, distance(c, a), 'c-a')
  say(515, distance(c, b), 'c-b')
  vunmap(c)
  for (i = 0; i < 4; i++) __free_page(pg[i])
}

// vm put pages
{
  const pg: page[] = []
  let a: Ptr
  let i = 0
  const arr: any[] = []
  for (i = 0; i < 3; i++) {
    pg[i] = alloc_page(GFP_KERNEL)!
    arr[i] = pg[i]
  }
  get_page(pg[1])
  a = vmap(arr, 3, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL)!
  for (i = 0; i < 3; i++) say(601, page_ref_count(pg[i]), 'ref%ld', i)
  vfree(a)
  for (i = 0; i < 3; i++) say(602, page_ref_count(pg[i]), 'after%ld', i)
  put_page(pg[1])
  say(603, page_ref_count(pg[1]), 'ref1 end')
}

// vm map zero
{
  const pg: page[] = []
  let a: Ptr
  pg[0] = alloc_page(GFP_KERNEL)!
  a = vmap(pg, 0, VM_MAP, PAGE_KERNEL)!
  say(701, isNull(a), 'count0')
  a = vmap(pg, 1000000, VM_MAP, PAGE_KERNEL)!
  say(702, isNull(a), 'count>ram')
  __free_page(pg[0])
}

// vm reuse
{
  let a: Ptr
  let b: Ptr
  let c: Ptr
  let d: Ptr
  let i = 0
  a = vmalloc(4 * 4096)!
  b = vmalloc(4096)!
  say(801, distance(b, a), 'b-a')
  vfree(a)
  c = vmalloc(4 * 4096)!
  say(802, same(c, a), 'c==a')
  say(803, distance(c, b), 'c-b')
  d = vmalloc(4096)!
  say(804, distance(d, c), 'd-c')
  say(805, distance(d, b), 'd-b')
  vfree(b)
  vfree(c)
  vfree(d)
  a = vmalloc(4096)!
  say(806, distance(a, d), 'a-d')
  vfree(a)
  for (i = 0; i < 5; i++) {
    b = vmalloc(4096)!
    say(807, distance(b, a), 'b%ld-a', i)
    a = b
    vfree(b)
  }
}

// vm sizes
{
  let a: Ptr
  let b: Ptr
  let i = 0
  let n = 0
  const Math_ceil = (x: number) => Math.ceil(x / 4096) * 4096
  const sz = [
    1, 4096, 4097, 8192, 12288, 16384, 20480, 65536, 65537, 262144, 262145, 1048576, 2097152, 2097153, 4194304,
  ]
  n = sz.length
  for (i = 0; i < n; i++) {
    a = vmalloc(sz[i])!
    b = vmalloc(4096)!
    say(901, distance(b, a) == kmalloc_size_roundup(1) - 8 + Math_ceil(sz[i]) + 4096, 'next(%ld)', sz[i])
    say(902, distance(b, a), 'b-a(%ld)', sz[i])
    say(903, isNull(vmalloc_to_page(plus(a, Math_ceil(sz[i])))), 'guard')
    say(904, isNull(vmalloc_to_page(plus(a, Math_ceil(sz[i]) - 1))), 'last')
    vfree(a)
    vfree(b)
  }
}

// vm phys
{
  let a: Ptr
  let i = 0
  a = vmalloc(8 * 4096)!
  for (i = 0; i < 8; i++) {
    setByte(a, i * 4096 + 5, i + 1)
    say(1001, byte(page_address(vmalloc_to_page(plus(a, i * 4096))!), 5), 'alias%ld', i)
    say(1002, page_to_pfn(vmalloc_to_page(plus(a, i * 4096 + 77))!) == vmalloc_to_pfn(plus(a, i * 4096)), 'pfn%ld', i)
  }
  say(1003, PageSlab(vmalloc_to_page(a)!), 'slab')
  say(1004, PageReserved(vmalloc_to_page(a)!), 'res')
  say(1005, page_mapcount(vmalloc_to_page(a)!), 'mapc')
  say(1006, compound_order(vmalloc_to_page(a)!), 'order')
  vfree(a)
}

// vm huge
{
  let a: Ptr
  let p: page
  let q: page
  a = kvmalloc(4194304 + 4096, GFP_KERNEL)!
  say(1101, is_vmalloc_addr(a), 'isv')
  p = vmalloc_to_page(a)!
  q = vmalloc_to_page(plus(a, 4096))!
  say(1102, page_to_pfn(q) - page_to_pfn(p), 'contig')
  say(1103, page_ref_count(p), 'ref0')
  say(1104, page_ref_count(q), 'ref1')
  say(1105, PageHead(p), 'head')
  say(1106, compound_order(p), 'order')
  say(1107, Number(a.addr & 0x1fffffn), 'align2M')
  kvfree(a)
}

// vm twice atomic
{
  let a: Ptr
  let p: page
  a = vmalloc(8192)!
  p = vmalloc_to_page(a)!
  get_page(p)
  vfree_atomic(a)
  msleep(20)
  say(1201, isNull(vmalloc_to_page(a)), 'gone')
  say(1202, page_ref_count(p), 'ref')
  put_page(p)
}

// z vfree twice
{
  let a: Ptr
  a = vmalloc(4096)!
  vfree(a)
  vfree(a)
  vunmap(a)
  vfree(plus(a, 8))
  say(1301, 1, 'alive')
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
  say(1401, same(a, b), 'a==b')
  say(1402, same(a, page_address(p)), 'a==addr')
  say(1403, same(c, a), 'kmap==a')
  say(1404, page_ref_count(p), 'ref')
  say(1405, preempt_count(), 'preempt')
  kunmap(p)
  kunmap_local(b)
  kunmap_local(a)
  a = kmap_local_page(p)!
  setByte(a, 10, 0x31)
  kunmap_local(a)
  b = kmalloc(64, GFP_KERNEL)!
  memcpy_from_page(b, p, 10, 1)
  say(1406, byte(b, 0), 'b0')
  setByte(b, 1, 0x44)
  memcpy_to_page(p, 4090, plus(b, 1), 1)
  say(1407, byte(page_address(p), 4090), 'b4090')
  kfree(b)
  __free_page(p)
}
