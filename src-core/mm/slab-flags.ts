/**
 * Flags of kmem_cache_create().
 *
 * Kernel: include/linux/slab.h; the values are those of v6.12 (bits numbered by enum _slab_flag_bits).
 */
export const SLAB_CONSISTENCY_CHECKS = 1 << 0
export const SLAB_RED_ZONE = 1 << 1
export const SLAB_POISON = 1 << 2
export const SLAB_KMALLOC = 1 << 3
export const SLAB_HWCACHE_ALIGN = 1 << 4
export const SLAB_CACHE_DMA = 1 << 5
export const SLAB_CACHE_DMA32 = 1 << 6
export const SLAB_STORE_USER = 1 << 7
export const SLAB_PANIC = 1 << 8
export const SLAB_TYPESAFE_BY_RCU = 1 << 9
export const SLAB_TRACE = 1 << 10
export const SLAB_NOLEAKTRACE = 1 << 12
export const SLAB_NO_MERGE = 1 << 13
export const SLAB_FAILSLAB = 1 << 14
/** No memory cgroups: it changes nothing (in such a kernel it is 0). */
export const SLAB_ACCOUNT = 1 << 15
export const SLAB_RECLAIM_ACCOUNT = 1 << 18

/** Flags with which a cache leaves the fast path (SLAB_DEBUG_FLAGS). */
export const SLAB_DEBUG_FLAGS = SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER | SLAB_TRACE | SLAB_CONSISTENCY_CHECKS
/** Flags that keep a cache apart from all others (SLAB_NEVER_MERGE). */
export const NEVER_MERGE =
  SLAB_RED_ZONE |
  SLAB_POISON |
  SLAB_STORE_USER |
  SLAB_TRACE |
  SLAB_TYPESAFE_BY_RCU |
  SLAB_NOLEAKTRACE |
  SLAB_FAILSLAB |
  SLAB_NO_MERGE
/** Flags that two merged caches must agree in (SLAB_MERGE_SAME). */
export const MERGE_SAME = SLAB_RECLAIM_ACCOUNT | SLAB_CACHE_DMA | SLAB_CACHE_DMA32
