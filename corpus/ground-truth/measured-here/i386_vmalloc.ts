// Case i386_vmalloc: vmalloc, vmap and kvmalloc of a 32-bit kernel.
// @machine memory=1536M arch=i386-highmem debug=on
// Measured: here-i386 debug=on
// Kernel: here-i386: many calls that the kernel refuses and warns about; their values are compared
import {
  GFP_ATOMIC,
  GFP_KERNEL,
  PAGE_KERNEL,
  VM_MAP,
  VM_MAP_PUT_PAGES,
  __GFP_NOWARN,
  __GFP_ZERO,
  __free_page,
  __vmalloc,
  alloc_page,
  get_page,
  is_vmalloc_addr,
  kmalloc_size_roundup,
  ksize,
  kvfree,
  kvmalloc,
  kvzalloc,
  msleep,
  page_address,
  page_mapcount,
  page_ref_count,
  put_page,
  vfree,
  vfree_atomic,
  vmalloc,
  vmalloc_to_page,
  vmalloc_user,
  vmap,
  vunmap,
  vzalloc,
} from 'linux'
import type { Ptr, page } from 'linux'
import { byte, distance, isNull, plus, same, say, setByte } from './values.ts'

// vm fail
{
  let p: Ptr
  p = vmalloc(0)!
  say(101, isNull(p), 'vmalloc(0)')
  p = vmalloc(2 ** 40)!
  say(102, isNull(p), '1T')
  p = vzalloc(0)!
  say(103, isNull(p), 'vzalloc(0)')
  p = kvmalloc(0x7fffffff, GFP_KERNEL | __GFP_NOWARN)!
  say(104, isNull(p), 'kvmalloc(INT_MAX)')
  p = kvmalloc(0x80000000, GFP_KERNEL | __GFP_NOWARN)!
  say(105, isNull(p), 'kvmalloc(INT_MAX+1)')
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
    say(201, is_vmalloc_addr(p), 'kvmalloc(%ld)', sz[i])
    if (is_vmalloc_addr(p)) say(202, page_ref_count(vmalloc_to_page(p)!), 'ref')
    else say(203, ksize(p), 'ksize')
    kvfree(p)
    p = kvmalloc(sz[i], GFP_ATOMIC | __GFP_NOWARN)!
    say(204, isNull(p), 'atomic null(%ld)', sz[i])
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
  say(301, byte(q, 0), 'b0')
  say(302, byte(q, 512), 'b512')
  say(303, byte(q, 4095), 'b4095')
  vfree(q)
  p = vmalloc_user(5000)!
  say(304, byte(p, 0), 'u0')
  say(305, byte(p, 8191), 'u8191')
  say(306, page_ref_count(vmalloc_to_page(p)!), 'ref')
  vfree(p)
  p = kvzalloc(40000, GFP_KERNEL)!
  say(307, byte(p, 0), 'kv0')
  say(308, byte(p, 39999), 'kv39999')
  kvfree(p)
  p = __vmalloc(4096, GFP_KERNEL | __GFP_ZERO)!
  say(309, byte(p, 100), 'z100')
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
  say(401, is_vmalloc_addr(a), 'isv')
  say(402, page_ref_count(pg[0]), 'ref0')
  say(403, page_ref_count(pg[3]), 'ref3')
  say(404, page_mapcount(pg[0]), 'mapcount')
  for (i = 0; i < 4; i++) say(405, same(vmalloc_to_page(plus(a, i * 4096))!, pg[i]), 'page%ld', i)
  setByte(a, 4097, 0x5a)
  say(406, byte(page_address(pg[1]), 1), 'through')
  b = vmap(pg, 2, VM_MAP, PAGE_KERNEL)!
  say(407, same(a, b), 'b==a')
  say(408, distance(b, a), 'b-a')
  say(409, byte(b, 4097), 'b4097')
  say(410, isNull(vmalloc_to_page(plus(b, 8192))), 'guard')
  vunmap(b)
  say(411, page_ref_count(pg[0]), 'ref0')
  say(412, isNull(vmalloc_to_page(b)), 'gone')
  vunmap(a)
  say(413, page_ref_count(pg[0]), 'ref0 after')
  c = vmap(pg, 4, VM_MAP, PAGE_KERNEL)!
  say(414, distance(c, a), 'c-a')
  say(415, distance(c, b), 'c-b')
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
  for (i = 0; i < 3; i++) say(501, page_ref_count(pg[i]), 'ref%ld', i)
  vfree(a)
  for (i = 0; i < 3; i++) say(502, page_ref_count(pg[i]), 'after%ld', i)
  put_page(pg[1])
  say(503, page_ref_count(pg[1]), 'ref1 end')
}

// vm map zero
{
  const pg: page[] = []
  let a: Ptr
  pg[0] = alloc_page(GFP_KERNEL)!
  a = vmap(pg, 0, VM_MAP, PAGE_KERNEL)!
  say(601, isNull(a), 'count0')
  a = vmap(pg, 1000000, VM_MAP, PAGE_KERNEL)!
  say(602, isNull(a), 'count>ram')
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
  say(701, distance(b, a), 'b-a')
  vfree(a)
  c = vmalloc(4 * 4096)!
  say(702, same(c, a), 'c==a')
  say(703, distance(c, b), 'c-b')
  d = vmalloc(4096)!
  say(704, distance(d, c), 'd-c')
  say(705, distance(d, b), 'd-b')
  vfree(b)
  vfree(c)
  vfree(d)
  a = vmalloc(4096)!
  say(706, distance(a, d), 'a-d')
  vfree(a)
  for (i = 0; i < 5; i++) {
    b = vmalloc(4096)!
    say(707, distance(b, a), 'b%ld-a', i)
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
    say(801, distance(b, a) == kmalloc_size_roundup(1) - 8 + Math_ceil(sz[i]) + 4096, 'next(%ld)', sz[i])
    say(802, distance(b, a), 'b-a(%ld)', sz[i])
    say(803, isNull(vmalloc_to_page(plus(a, Math_ceil(sz[i])))), 'guard')
    say(804, isNull(vmalloc_to_page(plus(a, Math_ceil(sz[i]) - 1))), 'last')
    vfree(a)
    vfree(b)
  }
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
  say(901, isNull(vmalloc_to_page(a)), 'gone')
  say(902, page_ref_count(p), 'ref')
  put_page(p)
}
