// Case misuse_cache: caches and their objects: destroyed with objects left, used after that, freed to another cache.
// @machine memory=512M debug=on
// Measured: here-kasan debug=on
import {
  GFP_KERNEL,
  SLAB_NO_MERGE,
  SLAB_TYPESAFE_BY_RCU,
  alloc_page,
  kfree,
  kmem_cache_alloc,
  kmem_cache_create,
  kmem_cache_destroy,
  kmem_cache_free,
  kmem_cache_shrink,
  page_address,
} from 'linux'
import { isNull, lone, say } from './values.ts'

lone('c_uaf', () => {
  let p: any = null
  let a: any = null
  let r: any = 0
  a = kmem_cache_create('c_uaf_c', 100, 0, 0, null)
  p = kmem_cache_alloc(a, GFP_KERNEL)
  kmem_cache_free(a, p)
  say(101, 1, 'go')
  r = p.read_u8(50)
  say(102, 1, 'done')
})

lone('c_uaf_typesafe', () => {
  let p: any = null
  let a: any = null
  let r: any = 0
  a = kmem_cache_create('c_uaf_typesafe_c', 100, 0, SLAB_TYPESAFE_BY_RCU, null)
  p = kmem_cache_alloc(a, GFP_KERNEL)
  kmem_cache_free(a, p)
  say(201, 1, 'go')
  r = p.read_u8(50)
  say(202, 1, 'done')
})

lone('c_oob', () => {
  let p: any = null
  let a: any = null
  let r: any = 0
  a = kmem_cache_create('c_oob_c', 100, 0, 0, null)
  p = kmem_cache_alloc(a, GFP_KERNEL)
  say(301, 1, 'go')
  r = p.read_u8(101)
  say(302, 1, 'done')
  kmem_cache_free(a, p)
})

lone('c_oob104', () => {
  let p: any = null
  let a: any = null
  let r: any = 0
  a = kmem_cache_create('c_oob104_c', 104, 0, 0, null)
  p = kmem_cache_alloc(a, GFP_KERNEL)
  say(401, 1, 'go')
  r = p.read_u8(104)
  say(402, 1, 'done')
  kmem_cache_free(a, p)
})

lone('c_dbl', () => {
  let p: any = null
  let a: any = null
  a = kmem_cache_create('c_dbl_c', 100, 0, 0, null)
  p = kmem_cache_alloc(a, GFP_KERNEL)
  kmem_cache_free(a, p)
  say(501, 1, 'go')
  kmem_cache_free(a, p)
  say(502, 1, 'done')
})

lone('c_inv', () => {
  let p: any = null
  let a: any = null
  a = kmem_cache_create('c_inv_c', 100, 0, 0, null)
  p = kmem_cache_alloc(a, GFP_KERNEL)
  say(601, 1, 'go')
  kmem_cache_free(a, p.add(8))
  say(602, 1, 'done')
})

lone('c_wrong', () => {
  let p: any = null
  let a: any = null
  let b: any = null
  a = kmem_cache_create('c_wrong_c', 100, 0, SLAB_NO_MERGE, null)
  b = kmem_cache_create('c_wrong_d', 100, 0, SLAB_NO_MERGE, null)
  p = kmem_cache_alloc(a, GFP_KERNEL)
  say(701, 1, 'go')
  kmem_cache_free(b, p)
  say(702, 1, 'done')
})

lone('c_kfree', () => {
  let p: any = null
  let a: any = null
  a = kmem_cache_create('c_kfree_c', 100, 0, 0, null)
  p = kmem_cache_alloc(a, GFP_KERNEL)
  say(801, 1, 'go')
  kfree(p)
  say(802, 1, 'done')
})

lone('c_free_page', () => {
  let p: any = null
  let g: any = null
  let a: any = null
  a = kmem_cache_create('c_free_page_c', 100, 0, 0, null)
  g = alloc_page(GFP_KERNEL)
  say(901, 1, 'go')
  p = page_address(g)
  kmem_cache_free(a, p)
  say(902, 1, 'done')
})

lone('c_destroy_left', () => {
  let p: any = null
  let a: any = null
  a = kmem_cache_create('c_destroy_left_c', 100, 0, 0, null)
  p = kmem_cache_alloc(a, GFP_KERNEL)
  say(1001, 1, 'go')
  kmem_cache_destroy(a)
  say(1002, 1, 'done')
})

lone('zz_destroy_use', () => {
  let p: any = null
  let a: any = null
  a = kmem_cache_create('zz_destroy_use_c', 100, 0, 0, null)
  kmem_cache_destroy(a)
  say(1101, 1, 'go')
  p = kmem_cache_alloc(a, GFP_KERNEL)
  say(1102, 1, 'done')
})

lone('c_destroy_twice', () => {
  let a: any = null
  a = kmem_cache_create('c_destroy_twice_c', 100, 0, 0, null)
  kmem_cache_destroy(a)
  say(1201, 1, 'go')
  kmem_cache_destroy(a)
  say(1202, 1, 'done')
})

lone('c_alloc', () => {
  let p: any = null
  let q: any = null
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  kmem_cache_free(c, p)
  kmem_cache_destroy(c)
  say(1301, 1, 'go')
  q = kmem_cache_alloc(c, GFP_KERNEL)
  say(1302, isNull(q), 'null')
  say(1303, 1, 'done')
})

lone('c_alloc2', () => {
  let p: any = null
  let q: any = null
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  kmem_cache_free(c, p)
  kmem_cache_destroy(c)
  say(1401, 1, 'go')
  q = kmem_cache_alloc(c, GFP_KERNEL)
  say(1402, isNull(q), 'null')
  kmem_cache_free(c, q)
  say(1403, 1, 'done')
})

lone('c_destroy2', () => {
  let p: any = null
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  kmem_cache_free(c, p)
  kmem_cache_destroy(c)
  say(1501, 1, 'go')
  kmem_cache_destroy(c)
  say(1502, 1, 'done')
})

lone('c_shrink', () => {
  let p: any = null
  let r: any = 0
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  kmem_cache_free(c, p)
  kmem_cache_destroy(c)
  say(1601, 1, 'go')
  r = kmem_cache_shrink(c)
  say(1602, r, 'r')
  say(1603, 1, 'done')
})

lone('c_free_other', () => {
  let p: any = null
  let q: any = null
  let c: any = null
  let d: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  d = kmem_cache_create('bar', 64, 0, 0, null)
  q = kmem_cache_alloc(d, GFP_KERNEL)
  kmem_cache_free(c, p)
  kmem_cache_destroy(c)
  say(1701, 1, 'go')
  kmem_cache_free(c, q)
  say(1702, 1, 'done')
})

lone('c_busy_free', () => {
  let p: any = null
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  kmem_cache_destroy(c)
  say(1801, 1, 'go')
  kmem_cache_free(c, p)
  say(1802, 1, 'done')
})

lone('c_busy_alloc', () => {
  let p: any = null
  let q: any = null
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  kmem_cache_destroy(c)
  say(1901, 1, 'go')
  q = kmem_cache_alloc(c, GFP_KERNEL)
  say(1902, isNull(q), 'null')
  say(1903, 1, 'done')
})

lone('c_busy_destroy', () => {
  let p: any = null
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  kmem_cache_destroy(c)
  say(2001, 1, 'go')
  kmem_cache_destroy(c)
  say(2002, 1, 'done')
})

lone('c_busy_shrink', () => {
  let p: any = null
  let r: any = 0
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  kmem_cache_destroy(c)
  say(2101, 1, 'go')
  r = kmem_cache_shrink(c)
  say(2102, r, 'r')
  say(2103, 1, 'done')
})

lone('c_busy_kfree', () => {
  let p: any = null
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  kmem_cache_destroy(c)
  say(2201, 1, 'go')
  kfree(p)
  say(2202, 1, 'done')
})

lone('c_empty_alloc', () => {
  let q: any = null
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  kmem_cache_destroy(c)
  say(2301, 1, 'go')
  q = kmem_cache_alloc(c, GFP_KERNEL)
  say(2302, isNull(q), 'null')
  say(2303, 1, 'done')
})

lone('c_rcu_alloc', () => {
  let q: any = null
  let c: any = null
  c = kmem_cache_create('foo', 64, 0, SLAB_TYPESAFE_BY_RCU, null)
  kmem_cache_destroy(c)
  say(2401, 1, 'go')
  q = kmem_cache_alloc(c, GFP_KERNEL)
  say(2402, isNull(q), 'null')
  say(2403, 1, 'done')
})

lone('c_busy_again', () => {
  let p: any = null
  let q: any = null
  let c: any = null
  let d: any = null
  c = kmem_cache_create('foo', 64, 0, 0, null)
  p = kmem_cache_alloc(c, GFP_KERNEL)
  kmem_cache_destroy(c)
  say(2501, 1, 'go')
  d = kmem_cache_create('foo', 64, 0, 0, null)
  say(2502, d == null, 'null')
  q = kmem_cache_alloc(d, GFP_KERNEL)
  kmem_cache_free(d, q)
  kmem_cache_destroy(d)
  say(2503, 1, 'done')
})
