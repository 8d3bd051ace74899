// Case api_slab: kmalloc, krealloc, caches and their merging.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
// Kernel: here-plain: many calls that the kernel refuses and warns about; their values are compared
import {
  GFP_ATOMIC,
  GFP_KERNEL,
  GFP_KERNEL_ACCOUNT,
  GFP_NOWAIT,
  PageHead,
  PageSlab,
  PageTail,
  SLAB_ACCOUNT,
  SLAB_CACHE_DMA32,
  SLAB_CONSISTENCY_CHECKS,
  SLAB_HWCACHE_ALIGN,
  SLAB_NOLEAKTRACE,
  SLAB_NO_MERGE,
  SLAB_PANIC,
  SLAB_POISON,
  SLAB_RECLAIM_ACCOUNT,
  SLAB_RED_ZONE,
  SLAB_STORE_USER,
  SLAB_TYPESAFE_BY_RCU,
  ZERO_SIZE_PTR,
  __GFP_ACCOUNT,
  __GFP_NOWARN,
  __GFP_RECLAIMABLE,
  __GFP_ZERO,
  compound_order,
  get_page,
  is_vmalloc_addr,
  kcalloc,
  kfree,
  kfree_sensitive,
  kmalloc,
  kmalloc_array,
  kmalloc_size_roundup,
  kmem_cache_alloc,
  kmem_cache_create,
  kmem_cache_destroy,
  kmem_cache_free,
  kmem_cache_shrink,
  kmem_cache_zalloc,
  krealloc,
  ksize,
  kvfree,
  kvmalloc,
  kzalloc,
  nth_page,
  page_address,
  page_ref_count,
  put_page,
  virt_to_head_page,
} from 'linux'
import type { Ptr, kmem_cache, page } from 'linux'
import { address, byte, distance, forget, isNull, offsetInPage, place, same, say, setByte } from './values.ts'

// km sizes
{
  let p: Ptr
  let i = 0
  let n = 0
  const sz = [
    0, 1, 7, 8, 9, 15, 16, 17, 32, 33, 63, 64, 65, 95, 96, 97, 127, 128, 129, 191, 192, 193, 255, 256, 257, 511, 512,
    513, 1023, 1024, 1025, 2047, 2048, 2049, 4095, 4096, 4097, 8191, 8192, 8193, 12288, 16384, 16385, 32768, 32769,
    65536, 131073, 1048576, 4194304, 4194305, 8388608,
  ]
  n = sz.length
  for (i = 0; i < n; i++) {
    say(101, kmalloc_size_roundup(sz[i]), 'roundup(%ld)', sz[i])
    p = kmalloc(sz[i], GFP_KERNEL | __GFP_NOWARN)!
    if (p == null) {
      say(102, 0, 'null(%ld)', sz[i])
      continue
    }
    say(103, ksize(p), 'ksize(%ld)', sz[i])
    if (sz[i] == 0) {
      say(104, same(p, ZERO_SIZE_PTR), 'zsp')
      continue
    }
    say(105, compound_order(virt_to_head_page(p)), 'order(%ld)', sz[i])
    say(106, PageSlab(virt_to_head_page(p)), 'slab(%ld)', sz[i])
    say(107, PageHead(virt_to_head_page(p)), 'head(%ld)', sz[i])
    say(108, page_ref_count(virt_to_head_page(p)), 'ref(%ld)', sz[i])
    kfree(p)
  }
}

// km align
{
  let p: Ptr
  let i = 0
  let n = 0
  const sz = [
    8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1500, 2048, 3000, 4096, 6000, 8192, 10000, 20000,
  ]
  n = sz.length
  for (i = 0; i < n; i++) {
    p = kmalloc(sz[i], GFP_KERNEL)!
    {
      const r = BigInt(kmalloc_size_roundup(sz[i]))
      say(201, p.addr % (r & -r), 'mod(%ld)', sz[i])
    }
    kfree(p)
  }
}

// km zero
{
  let p: Ptr
  let q: Ptr
  p = kmalloc(0, GFP_KERNEL)!
  say(301, address(p), 'zero')
  say(302, ksize(p), 'ksize0')
  say(303, ksize(null), 'ksizeNULL')
  kfree(p)
  kfree(null)
  q = krealloc(p, 0, GFP_KERNEL)!
  say(304, address(q), 'krealloc(zsp,0)')
  q = krealloc(null, 0, GFP_KERNEL)!
  say(305, address(q), 'krealloc(NULL,0)')
  q = krealloc(p, 100, GFP_KERNEL)!
  say(306, ksize(q), 'krealloc(zsp,100)')
  q = krealloc(q, 0, GFP_KERNEL)!
  say(307, address(q), 'krealloc(q,0)')
  p = kcalloc(0, 16, GFP_KERNEL)!
  say(308, address(p), 'kcalloc(0,16)')
  p = kcalloc(16, 0, GFP_KERNEL)!
  say(309, address(p), 'kcalloc(16,0)')
  p = kzalloc(0, GFP_KERNEL)!
  say(310, address(p), 'kzalloc(0)')
  p = kvmalloc(0, GFP_KERNEL)!
  say(311, address(p), 'kvmalloc(0)')
  kvfree(p)
  kvfree(null)
  kfree_sensitive(null)
  kfree_sensitive(ZERO_SIZE_PTR)
  say(312, is_vmalloc_addr(ZERO_SIZE_PTR), 'zsp_vmalloc')
  say(313, is_vmalloc_addr(null), 'null_vmalloc')
}

// km overflow
{
  let p: Ptr
  p = kcalloc(2 ** 32, 2 ** 32, GFP_KERNEL)!
  say(401, isNull(p), 'kcalloc(2^32,2^32)')
  p = kmalloc_array(2 ** 53 - 1, 4096, GFP_KERNEL)!
  say(402, isNull(p), 'array')
  p = kmalloc_array(3, 100, GFP_KERNEL)!
  say(403, ksize(p), 'ksize(array(3,100))')
  kfree(p)
  p = kmalloc(4194305, GFP_KERNEL)!
  say(404, isNull(p), 'kmalloc(4M+1)')
  p = kmalloc(4194304, GFP_KERNEL | __GFP_NOWARN)!
  say(405, isNull(p), 'kmalloc(4M)')
  say(406, ksize(p), 'ksize')
  kfree(p)
  p = kmalloc(2147483647, GFP_KERNEL | __GFP_NOWARN)!
  say(407, isNull(p), 'kmalloc(2G-1)')
  say(408, kmalloc_size_roundup(4194305), 'roundup(4M+1)')
  say(409, kmalloc_size_roundup(0), 'roundup(0)')
}

// krealloc same
{
  let p: Ptr
  let q: Ptr
  let i = 0
  p = kmalloc(100, GFP_KERNEL)!
  say(501, ksize(p), 'ksize')
  for (i = 0; i < 128; i++) setByte(p, i, i + 1)
  q = krealloc(p, 128, GFP_KERNEL)!
  say(502, same(p, q), 'same128')
  q = krealloc(p, 10, GFP_KERNEL)!
  say(503, same(p, q), 'same10')
  say(504, ksize(q), 'ksize10')
  q = krealloc(p, 1, GFP_KERNEL | __GFP_ZERO)!
  say(505, same(p, q), 'same1z')
  say(506, byte(q, 0), 'b0')
  say(507, byte(q, 1), 'b1')
  say(508, byte(q, 99), 'b99')
  say(509, byte(q, 127), 'b127')
  q = krealloc(p, 129, GFP_KERNEL)!
  say(510, same(p, q), 'same129')
  say(511, ksize(q), 'ksize129')
  say(512, byte(q, 0), 'b0')
  kfree(q)
}

// krealloc zero
{
  let p: Ptr
  let q: Ptr
  let r: Ptr
  let i = 0
  p = kmalloc(100, GFP_KERNEL)!
  for (i = 0; i < 128; i++) setByte(p, i, 0x41)
  q = kmalloc(200, GFP_KERNEL)!
  for (i = 0; i < 256; i++) setByte(q, i, 0x42)
  kfree(q)
  r = krealloc(p, 200, GFP_KERNEL | __GFP_ZERO)!
  say(601, same(r, q), 'r==q')
  say(602, byte(r, 0), 'b0')
  say(603, byte(r, 99), 'b99')
  say(604, byte(r, 100), 'b100')
  say(605, byte(r, 127), 'b127')
  say(606, byte(r, 130), 'b130')
  say(607, byte(r, 199), 'b199')
  say(608, byte(r, 200), 'b200')
  say(609, byte(r, 255), 'b255')
  kfree(r)
}

// krealloc grow nozero
{
  let p: Ptr
  let q: Ptr
  let r: Ptr
  let i = 0
  p = kmalloc(100, GFP_KERNEL)!
  for (i = 0; i < 128; i++) setByte(p, i, 0x41)
  q = kmalloc(200, GFP_KERNEL)!
  for (i = 0; i < 256; i++) setByte(q, i, 0x42)
  kfree(q)
  r = krealloc(p, 200, GFP_KERNEL)!
  say(701, same(r, q), 'r==q')
  say(702, byte(r, 0), 'b0')
  say(703, byte(r, 99), 'b99')
  say(704, byte(r, 100), 'b100')
  say(705, byte(r, 120), 'b120')
  say(706, byte(r, 127), 'b127')
  say(707, byte(r, 144), 'b144')
  say(708, byte(r, 199), 'b199')
  say(709, byte(r, 255), 'b255')
  kfree(r)
}

// krealloc large
{
  let p: Ptr
  let q: Ptr
  p = kmalloc(8192, GFP_KERNEL)!
  setByte(p, 0, 7)
  setByte(p, 8191, 9)
  q = krealloc(p, 8193, GFP_KERNEL)!
  say(801, ksize(q), 'ksize')
  say(802, byte(q, 0), 'b0')
  say(803, byte(q, 8191), 'b8191')
  say(804, PageSlab(virt_to_head_page(q)), 'slab')
  say(805, PageHead(virt_to_head_page(q)), 'head')
  p = krealloc(q, 16384, GFP_KERNEL)!
  say(806, same(p, q), 'same')
  p = krealloc(q, 16385, GFP_KERNEL | __GFP_ZERO)!
  say(807, ksize(p), 'ksize2')
  say(808, byte(p, 8191), 'b8191')
  say(809, byte(p, 16385), 'b16385')
  say(810, byte(p, 32767), 'b32767')
  q = krealloc(p, 50, GFP_KERNEL)!
  say(811, same(p, q), 'shrink_same')
  say(812, ksize(q), 'ksize3')
  kfree(q)
}

// free sensitive
{
  let p: Ptr
  let q: Ptr
  let i = 0
  p = kmalloc(64, GFP_KERNEL)!
  for (i = 0; i < 64; i++) setByte(p, i, 0x55)
  kfree_sensitive(p)
  q = kmalloc(64, GFP_KERNEL)!
  say(901, same(p, q), 'same')
  say(902, byte(q, 0), 'b0')
  say(903, byte(q, 24), 'b24')
  say(904, byte(q, 40), 'b40')
  say(905, byte(q, 63), 'b63')
  kfree(q)
}

// cache geometry
{
  let s: kmem_cache
  let k = 0
  let n = 0
  let j = 0
  const o: Ptr[] = []
  const sz = [
    1, 2, 4, 7, 8, 9, 12, 16, 20, 24, 31, 33, 40, 48, 56, 60, 64, 65, 72, 80, 88, 100, 104, 120, 128, 136, 144, 160,
    176, 192, 200, 224, 248, 256, 264, 272, 288, 320, 384, 400, 448, 500, 512, 520, 576, 600, 640, 672, 704, 768, 800,
    832, 896, 1000, 1024, 1088, 1200, 1360, 1400, 1500, 1600, 1800, 2000, 2048, 2100, 2304, 2600, 2720, 2728, 2736,
    3000, 3200, 3500, 4000, 4096, 4100, 4200, 5000, 5456, 5464, 6000, 7000, 8192, 9000, 10000, 12000, 16384, 20000,
    32768, 40000, 65536, 100000,
  ]
  n = sz.length
  for (k = 0; k < n; k++) {
    s = kmem_cache_create('lab_geo', sz[k], 0, SLAB_NO_MERGE, null)!
    if (s == null) {
      say(1001, 0, 'null(%ld)', sz[k])
      continue
    }
    o[0] = kmem_cache_alloc(s, GFP_KERNEL)!
    say(1002, ksize(o[0]), 'ksize(%ld)', sz[k])
    say(1003, compound_order(virt_to_head_page(o[0])), 'order(%ld)', sz[k])
    for (j = 1; j < 600; j++) {
      o[j] = kmem_cache_alloc(s, GFP_KERNEL)!
      if (j == 1)
        say(
          1004,
          same(virt_to_head_page(o[0]), virt_to_head_page(o[1])) ? distance(o[1], o[0]) : 0,
          'stride(%ld)',
          sz[k],
        )
      if (!same(virt_to_head_page(o[j]), virt_to_head_page(o[0]))) break
    }
    say(1005, j, 'objs(%ld)', sz[k])
    for (; j >= 0; j--) kmem_cache_free(s, o[j])
    kmem_cache_destroy(s)
  }
}

// cache align
{
  let s: kmem_cache
  let k = 0
  let n = 0
  let j = 0
  let f = 0
  const o: Ptr[] = []
  const sz = [8, 20, 24, 40, 64, 100, 200, 300, 500, 700, 1000, 1100, 3000]
  const al = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096]
  n = 13
  for (k = 0; k < n; k++)
    for (f = 0; f < n; f++) {
      s = kmem_cache_create('lab_al', sz[k], al[f], SLAB_NO_MERGE, null)!
      if (s == null) {
        say(1101, 0, 'null(%ld,%ld)', sz[k], al[f])
        continue
      }
      o[0] = kmem_cache_alloc(s, GFP_KERNEL)!
      for (j = 1; j < 600; j++) {
        o[j] = kmem_cache_alloc(s, GFP_KERNEL)!
        if (j == 1)
          say(
            1102,
            same(virt_to_head_page(o[0]), virt_to_head_page(o[1])) ? distance(o[1], o[0]) : 0,
            'stride(%ld,%ld)',
            sz[k],
            al[f],
          )
        if (!same(virt_to_head_page(o[j]), virt_to_head_page(o[0]))) break
      }
      say(1103, j, 'objs(%ld,%ld)', sz[k], al[f])
      say(1104, ksize(o[0]), 'ksize(%ld,%ld)', sz[k], al[f])
      for (; j >= 0; j--) kmem_cache_free(s, o[j])
      kmem_cache_destroy(s)
    }
}

// cache flags
{
  let s: kmem_cache
  let k = 0
  let n = 0
  let j = 0
  let f = 0
  const o: Ptr[] = []
  const sz = [4, 8, 12, 16, 20, 24, 32, 40, 64, 100, 200, 256, 300, 500, 700, 1000, 1100, 3000, 4096]
  const fl = [
    SLAB_HWCACHE_ALIGN,
    SLAB_TYPESAFE_BY_RCU,
    SLAB_RED_ZONE,
    SLAB_POISON,
    SLAB_STORE_USER,
    SLAB_CONSISTENCY_CHECKS,
    SLAB_RED_ZONE | SLAB_POISON,
    SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER | SLAB_CONSISTENCY_CHECKS,
    SLAB_TYPESAFE_BY_RCU | SLAB_RED_ZONE | SLAB_POISON,
    SLAB_HWCACHE_ALIGN | SLAB_RED_ZONE,
    SLAB_HWCACHE_ALIGN | SLAB_STORE_USER,
    SLAB_RECLAIM_ACCOUNT,
    SLAB_CACHE_DMA32,
  ]
  n = sz.length
  const m = fl.length
  for (f = 0; f < m; f++)
    for (k = 0; k < n; k++) {
      s = kmem_cache_create('lab_fl', sz[k], 0, fl[f] | SLAB_NO_MERGE, null)!
      if (s == null) {
        say(1201, 0, 'null(%ld,%ld)', sz[k], f)
        continue
      }
      o[0] = kmem_cache_alloc(s, GFP_KERNEL)!
      say(1202, distance(o[0], page_address(virt_to_head_page(o[0]))!), 'first(%ld,%ld)', sz[k], f)
      for (j = 1; j < 600; j++) {
        o[j] = kmem_cache_alloc(s, GFP_KERNEL)!
        if (j == 1)
          say(
            1203,
            same(virt_to_head_page(o[0]), virt_to_head_page(o[1])) ? distance(o[1], o[0]) : 0,
            'stride(%ld,%ld)',
            sz[k],
            f,
          )
        if (!same(virt_to_head_page(o[j]), virt_to_head_page(o[0]))) break
      }
      say(1204, j, 'objs(%ld,%ld)', sz[k], f)
      say(1205, compound_order(virt_to_head_page(o[0])), 'order(%ld,%ld)', sz[k], f)
      say(1206, ksize(o[0]), 'ksize(%ld,%ld)', sz[k], f)
      for (; j >= 0; j--) kmem_cache_free(s, o[j])
      kmem_cache_destroy(s)
    }
}

// cache ctor
{
  let p: Ptr
  let q: Ptr
  let r: Ptr
  let s: kmem_cache
  let k = 0
  let n = 0
  let ctor_n = 0
  const lab_ctor = (p: any) => {
    ctor_n++
    p.write_u64(0, 0x1122334455667788n)
  }
  const sz = [8, 24, 64, 100, 200, 512, 1000, 3000]
  n = 8
  for (k = 0; k < n; k++) {
    ctor_n = 0
    s = kmem_cache_create('lab_ct', sz[k], 0, 0, lab_ctor)!
    p = kmem_cache_alloc(s, GFP_KERNEL)!
    say(1301, ctor_n, 'ctor_n(%ld)', sz[k])
    q = kmem_cache_alloc(s, GFP_KERNEL)!
    say(1302, ctor_n, 'ctor_n2(%ld)', sz[k])
    say(1303, distance(q, p), 'stride(%ld)', sz[k])
    say(1304, ksize(p), 'ksize(%ld)', sz[k])
    say(1305, byte(p, 0), 'b0')
    setByte(p, 0, 0x42)
    kmem_cache_free(s, p)
    r = kmem_cache_alloc(s, GFP_KERNEL)!
    say(1306, same(r, p), 'same')
    say(1307, byte(r, 0), 'b0again')
    say(1308, ctor_n, 'ctor_n3(%ld)', sz[k])
    kmem_cache_free(s, r)
    kmem_cache_free(s, q)
    kmem_cache_destroy(s)
  }
}

// cache names
{
  let s: kmem_cache
  let u: kmem_cache
  s = kmem_cache_create('lab_nm', 200, 0, SLAB_NO_MERGE, null)!
  say(1401, isNull(s), 'first')
  u = kmem_cache_create('lab_nm', 200, 0, SLAB_NO_MERGE, null)!
  say(1402, isNull(u), 'same_name')
  say(1403, same(s, u), 'eq')
  if (u != null) kmem_cache_destroy(u)
  kmem_cache_destroy(s)
  kmem_cache_destroy(null)
}

// cache bad
{
  let s: kmem_cache
  s = kmem_cache_create('lab_b1', 8388608, 0, SLAB_NO_MERGE, null)!
  say(1501, isNull(s), 'size8M')
  if (s != null) kmem_cache_destroy(s)
  s = kmem_cache_create('lab_b2', 4194304, 0, SLAB_NO_MERGE, null)!
  say(1502, isNull(s), 'size4M')
  if (s != null) kmem_cache_destroy(s)
  s = kmem_cache_create('lab_b3', 4194305, 0, SLAB_NO_MERGE, null)!
  say(1503, isNull(s), 'size4M+1')
  if (s != null) kmem_cache_destroy(s)
}

// cache align odd
{
  let s: kmem_cache
  let p: Ptr
  let q: Ptr
  s = kmem_cache_create('lab_o1', 100, 24, SLAB_NO_MERGE, null)!
  say(1601, isNull(s), 'align24')
  if (s != null) {
    p = kmem_cache_alloc(s, GFP_KERNEL)!
    q = kmem_cache_alloc(s, GFP_KERNEL)!
    say(1602, distance(q, p), 'stride')
    kmem_cache_free(s, p)
    kmem_cache_free(s, q)
    kmem_cache_destroy(s)
  }
  s = kmem_cache_create('lab_o2', 100, 12, SLAB_NO_MERGE, null)!
  say(1603, isNull(s), 'align12')
  if (s != null) {
    p = kmem_cache_alloc(s, GFP_KERNEL)!
    q = kmem_cache_alloc(s, GFP_KERNEL)!
    say(1604, distance(q, p), 'stride')
    kmem_cache_free(s, p)
    kmem_cache_free(s, q)
    kmem_cache_destroy(s)
  }
  s = kmem_cache_create('lab_o3', 100, 8192, SLAB_NO_MERGE, null)!
  say(1605, isNull(s), 'align8192')
  if (s != null) {
    p = kmem_cache_alloc(s, GFP_KERNEL)!
    q = kmem_cache_alloc(s, GFP_KERNEL)!
    say(1606, distance(q, p), 'stride')
    say(1607, compound_order(virt_to_head_page(p)), 'order')
    kmem_cache_free(s, p)
    kmem_cache_free(s, q)
    kmem_cache_destroy(s)
  }
}

// merge pairs
{
  let a: kmem_cache
  let b: kmem_cache
  let p: Ptr
  let i = 0
  let j = 0
  let n = 0
  const sz = [90, 96, 97, 100, 104, 105, 112, 120, 128]
  n = 9
  for (i = 0; i < n; i++)
    for (j = 0; j < n; j++) {
      a = kmem_cache_create('lab_ma', sz[i] + 7000, 0, 0, null)!
      b = kmem_cache_create('lab_mb', sz[j] + 7000, 0, 0, null)!
      say(1701, same(a, b), '%ld/%ld', sz[i], sz[j])
      p = kmem_cache_alloc(a, GFP_KERNEL)!
      say(1702, ksize(p), 'ksize')
      kmem_cache_free(a, p)
      kmem_cache_destroy(b)
      kmem_cache_destroy(a)
    }
}

// merge flags
{
  let a: kmem_cache
  let b: kmem_cache
  let i = 0
  let j = 0
  let n = 0
  const fl = [
    0,
    SLAB_HWCACHE_ALIGN,
    SLAB_RECLAIM_ACCOUNT,
    SLAB_ACCOUNT,
    SLAB_CACHE_DMA32,
    SLAB_TYPESAFE_BY_RCU,
    SLAB_NOLEAKTRACE,
    SLAB_PANIC,
    SLAB_RED_ZONE,
    SLAB_CONSISTENCY_CHECKS,
    SLAB_NO_MERGE,
  ]
  n = fl.length
  for (i = 0; i < n; i++)
    for (j = 0; j < n; j++) {
      a = kmem_cache_create('lab_mfa', 7040, 0, fl[i], null)!
      b = kmem_cache_create('lab_mfb', 7040, 0, fl[j], null)!
      say(1801, same(a, b), '%ld/%ld', i, j)
      kmem_cache_destroy(b)
      kmem_cache_destroy(a)
    }
}

// merge align
{
  let a: kmem_cache
  let b: kmem_cache
  let i = 0
  let j = 0
  let n = 0
  const al = [0, 8, 16, 32, 64, 128]
  n = 6
  for (i = 0; i < n; i++)
    for (j = 0; j < n; j++) {
      a = kmem_cache_create('lab_maa', 7050, al[i], 0, null)!
      b = kmem_cache_create('lab_mab', 7050, al[j], 0, null)!
      say(1901, same(a, b), '%ld/%ld', al[i], al[j])
      kmem_cache_destroy(b)
      kmem_cache_destroy(a)
    }
}

// merge use
{
  let a: kmem_cache
  let b: kmem_cache
  let c: kmem_cache
  let p: Ptr
  let q: Ptr
  a = kmem_cache_create('lab_mua', 7000, 0, 0, null)!
  b = kmem_cache_create('lab_mub', 7000, 0, 0, null)!
  say(2001, same(a, b), 'merged')
  p = kmem_cache_alloc(a, GFP_KERNEL)!
  kmem_cache_free(b, p)
  q = kmem_cache_alloc(b, GFP_KERNEL)!
  say(2002, same(p, q), 'same')
  kmem_cache_destroy(a)
  say(2003, ksize(q), 'ksize')
  c = kmem_cache_create('lab_muc', 7000, 0, 0, null)!
  say(2004, same(b, c), 'c_merged')
  kmem_cache_free(b, q)
  kmem_cache_destroy(b)
  kmem_cache_destroy(c)
}

// merge grow
{
  let a: kmem_cache
  let b: kmem_cache
  let p: Ptr
  let q: Ptr
  let i = 0
  a = kmem_cache_create('lab_mga', 6993, 0, 0, null)!
  b = kmem_cache_create('lab_mgb', 7000, 0, 0, null)!
  say(2101, same(a, b), 'merged')
  p = kmem_cache_zalloc(a, GFP_KERNEL)!
  say(2102, ksize(p), 'ksize')
  for (i = 6990; i < 7000; i++) setByte(p, i, 0x33)
  kmem_cache_free(a, p)
  q = kmem_cache_zalloc(a, GFP_KERNEL)!
  say(2103, same(p, q), 'same')
  say(2104, byte(q, 6992), 'b6992')
  say(2105, byte(q, 6993), 'b6993')
  say(2106, byte(q, 6999), 'b6999')
  kmem_cache_free(a, q)
  kmem_cache_destroy(a)
  kmem_cache_destroy(b)
}

// merge kmalloc
{
  let a: kmem_cache
  let p: Ptr
  let q: Ptr
  a = kmem_cache_create('lab_mk', 256, 0, 0, null)!
  p = kmalloc(256, GFP_KERNEL)!
  kfree(p)
  q = kmem_cache_alloc(a, GFP_KERNEL)!
  say(2201, same(p, q), 'same')
  kmem_cache_free(a, q)
  kmem_cache_destroy(a)
}

// z destroy left
{
  let a: kmem_cache
  let p: Ptr
  a = kmem_cache_create('lab_dl', 200, 0, SLAB_NO_MERGE, null)!
  p = kmem_cache_alloc(a, GFP_KERNEL)!
  setByte(p, 0, 1)
  kmem_cache_destroy(a)
  say(2301, PageSlab(virt_to_head_page(p)), 'still slab')
  say(2302, page_ref_count(virt_to_head_page(p)), 'ref')
  say(2303, byte(p, 0), 'b0')
  say(2304, ksize(p), 'ksize')
}

// shrink ret
{
  let a: kmem_cache
  let p: Ptr
  const o: Ptr[] = []
  let i = 0
  let h: page
  a = kmem_cache_create('lab_sh', 200, 0, SLAB_NO_MERGE, null)!
  say(2401, kmem_cache_shrink(a), 'shrink empty new')
  p = kmem_cache_alloc(a, GFP_KERNEL)!
  say(2402, kmem_cache_shrink(a), 'shrink 1 object')
  h = virt_to_head_page(p)!
  kmem_cache_free(a, p)
  say(2403, kmem_cache_shrink(a), 'shrink empty')
  say(2404, page_ref_count(h), 'ref')
  say(2405, PageSlab(h), 'slab')
  for (i = 0; i < 50; i++) o[i] = kmem_cache_alloc(a, GFP_KERNEL)!
  say(2406, kmem_cache_shrink(a), 'shrink 3 slabs')
  for (i = 0; i < 20; i++) kmem_cache_free(a, o[i])
  say(2407, PageSlab(virt_to_head_page(o[0])), 'slab0')
  say(2408, kmem_cache_shrink(a), 'shrink freed first')
  say(2409, PageSlab(virt_to_head_page(o[0])), 'slab0 after')
  for (i = 20; i < 50; i++) kmem_cache_free(a, o[i])
  say(2410, kmem_cache_shrink(a), 'shrink all')
  kmem_cache_destroy(a)
}

// virt cache
{
  forget()
  let a: kmem_cache
  let b: kmem_cache
  let p: Ptr
  let q: Ptr
  let z: Ptr
  a = kmem_cache_create('lab_va', 200, 0, SLAB_NO_MERGE, null)!
  b = kmem_cache_create('lab_vb', 200, 0, SLAB_NO_MERGE, null)!
  p = kmem_cache_alloc(a, GFP_KERNEL)!
  say(2501, ksize(p), 'ksize')
  kmem_cache_free(b, p)
  q = kmem_cache_alloc(a, GFP_KERNEL)!
  place(2502, p, 'p')
  place(2503, q, 'q')
  z = kmem_cache_alloc(b, GFP_KERNEL)!
  place(2504, z, 'z')
  kmem_cache_free(a, q)
  kmem_cache_free(b, z)
  kmem_cache_destroy(a)
  kmem_cache_destroy(b)
}

// kfree cache obj
{
  let a: kmem_cache
  let p: Ptr
  let q: Ptr
  a = kmem_cache_create('lab_kf', 200, 0, SLAB_NO_MERGE, null)!
  p = kmem_cache_alloc(a, GFP_KERNEL)!
  kfree(p)
  q = kmem_cache_alloc(a, GFP_KERNEL)!
  say(2601, same(p, q), 'same')
  kmem_cache_free(a, q)
  kmem_cache_destroy(a)
}

// km families
{
  let p: Ptr
  let q: Ptr
  p = kmalloc(100, GFP_KERNEL)!
  kfree(p)
  q = kmalloc(100, GFP_KERNEL_ACCOUNT)!
  say(2701, same(p, q), 'account same')
  kfree(q)
  q = kmalloc(100, GFP_KERNEL | __GFP_RECLAIMABLE)!
  say(2702, same(p, q), 'reclaimable same')
  say(2703, ksize(q), 'ksize')
  kfree(q)
  q = kmalloc(100, GFP_KERNEL | __GFP_RECLAIMABLE | __GFP_ACCOUNT)!
  say(2704, same(p, q), 'both same')
  kfree(q)
  q = kmalloc(100, GFP_ATOMIC)!
  say(2705, same(p, q), 'atomic same')
  kfree(q)
  q = kmalloc(100, GFP_NOWAIT)!
  say(2706, same(p, q), 'nowait same')
  kfree(q)
}

// large pages
{
  let p: Ptr
  let h: page
  p = kmalloc(20000, GFP_KERNEL)!
  h = virt_to_head_page(p)!
  say(2801, compound_order(h), 'order')
  say(2802, page_ref_count(h), 'ref')
  say(2803, PageHead(h), 'head')
  say(2804, PageTail(nth_page(h, 1)), 'tail')
  say(2805, PageSlab(h), 'slab')
  say(2806, ksize(p), 'ksize')
  say(2807, offsetInPage(p), 'off')
  get_page(h)
  kfree(p)
  say(2808, page_ref_count(h), 'ref after kfree')
  say(2809, PageHead(h), 'head')
  put_page(h)
  say(2810, page_ref_count(h), 'ref after put')
}

// z dfree plain
{
  let a: kmem_cache
  let p: Ptr
  let q: Ptr
  let r: Ptr
  let s: Ptr
  a = kmem_cache_create('lab_df', 200, 0, SLAB_NO_MERGE, null)!
  p = kmem_cache_alloc(a, GFP_KERNEL)!
  q = kmem_cache_alloc(a, GFP_KERNEL)!
  kmem_cache_free(a, p)
  kmem_cache_free(a, p)
  r = kmem_cache_alloc(a, GFP_KERNEL)!
  s = kmem_cache_alloc(a, GFP_KERNEL)!
  say(2901, same(r, p), 'r==p')
  say(2902, same(s, p), 's==p')
  r = kmem_cache_alloc(a, GFP_KERNEL)!
  say(2903, same(r, p), 'third==p')
}
