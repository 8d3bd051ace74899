// @machine arch=i386-highmem memory=64M
// @expect none
//
// Slabs of a 32-bit kernel, read from calculate_sizes(): a word has 4 bytes, objects are aligned to 8 (ARCH_SLAB_MINALIGN is
// __alignof__(unsigned long long)); a free pointer behind the object takes 4, two `struct track` 40. There is no KASAN on
// i386: with debugging on an object is used again at once, and compatible caches are one.
import * as k from 'linux'
import { is } from './is.ts'
const stride = (size: number, flags: number) => {
  const c = k.kmem_cache_create(`g${size}-${flags}`, size, 0, flags, null)!
  const [a, b] = [k.kmem_cache_alloc(c, k.GFP_KERNEL)!, k.kmem_cache_alloc(c, k.GFP_KERNEL)!]
  const out = Number(b.addr - a.addr)
  k.kmem_cache_free(c, b)
  k.kmem_cache_free(c, a)
  k.kmem_cache_destroy(c)
  return out
}
for (const [size, plain, typesafe, redZone, all] of [
  [1, 8, 8, 24, 64],
  [4, 8, 8, 24, 64],
  [12, 16, 16, 32, 72],
  [20, 24, 24, 40, 80],
  [24, 24, 32, 40, 88],
  [28, 32, 32, 48, 88],
  [36, 40, 40, 56, 96],
  [100, 104, 104, 120, 160],
  [200, 200, 208, 216, 264],
] as const) {
  is(`${size}`, stride(size, k.SLAB_NO_MERGE), plain)
  is(`${size} typesafe`, stride(size, k.SLAB_TYPESAFE_BY_RCU), typesafe)
  is(`${size} red zone`, stride(size, k.SLAB_RED_ZONE), redZone)
  is(`${size} FZPU`, stride(size, k.SLAB_RED_ZONE | k.SLAB_POISON | k.SLAB_STORE_USER), all)
}
const a = k.kmalloc(100, k.GFP_KERNEL)!
is('ksize', k.ksize(a), 128)
k.kfree(a)
const b = k.kmalloc(100, k.GFP_KERNEL)!
is('used again at once', b.eq(a), true)
k.kfree(b)
const one = k.kmem_cache_create('one', 20, 0, 0, null)!
const two = k.kmem_cache_create('two', 24, 0, 0, null)!
const p = k.kmem_cache_alloc(one, k.GFP_KERNEL)!
k.kmem_cache_free(one, p)
const q = k.kmem_cache_zalloc(two, k.GFP_KERNEL)!
is('one cache', q.eq(p), true)
is('the larger size is zeroed', q.read_u32(20), 0)
q.write_u32(20, 1)
k.kmem_cache_free(two, q)
k.kmem_cache_destroy(one)
k.kmem_cache_destroy(two)
const v = k.vmalloc(1)!
// high_memory + VMALLOC_OFFSET
is('vmalloc', v.addr, 0xc480_0000n)
k.vfree(v)
