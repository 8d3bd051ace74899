/** kernel::alloc: boxes and vectors over the three allocators. Follows rust/kernel/alloc/{kbox,kvec}.rs at v6.13. */
import * as gfp from '../../mm/gfp.ts'
import type { BoxStatics, KVBox, KBox, VBox, KVec, KVVec, VVec, VecStatics } from '../handles/rust-types.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import type { Surface } from '../surface.ts'
import { boxesOf } from './boxes.ts'
import { rustOf } from './rust.ts'
import { vectorsOf } from './vectors.ts'

export function kernelAlloc(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  return {
    values: {
      /**
       * A value in kmalloc() memory. `KBox.new(value, flags)`; dropping it frees the memory. It never moves. Its page
       * has no count that means anything: do not borrow it.
       */
      KBox: lazy(() => boxesOf(rust).statics('K')) as unknown as BoxStatics<KBox<never>>,
      /** A value in vmalloc() memory: its pages can be borrowed with `page_iter()`. Dropping it may sleep. */
      VBox: lazy(() => boxesOf(rust).statics('V')) as unknown as BoxStatics<VBox<never>>,
      /** A value in kvmalloc() memory: nobody can say which allocator it came from, so its pages cannot be borrowed. */
      KVBox: lazy(() => boxesOf(rust).statics('KV')) as unknown as BoxStatics<KVBox<never>>,
      /** A growing array in kmalloc() memory. A push that grows it may move it: borrows and pointers die. */
      KVec: lazy(() => vectorsOf(rust).statics('K')) as unknown as VecStatics<KVec<never>>,
      /** A growing array in vmalloc() memory: its pages can be borrowed with `page_iter()`. */
      VVec: lazy(() => vectorsOf(rust).statics('V')) as unknown as VecStatics<VVec<never>>,
      /** A growing array in kvmalloc() memory. */
      KVVec: lazy(() => vectorsOf(rust).statics('KV')) as unknown as VecStatics<KVVec<never>>,
      /** Ordinary kernel allocation: may sleep. */
      GFP_KERNEL: gfp.GFP_KERNEL,
      /** Must not sleep, may use reserves. */
      GFP_ATOMIC: gfp.GFP_ATOMIC,
      /** Must not sleep, no reserves. */
      GFP_NOWAIT: gfp.GFP_NOWAIT,
      /** GFP_KERNEL, charged to the memory cgroup. */
      GFP_KERNEL_ACCOUNT: gfp.GFP_KERNEL_ACCOUNT,
      /** Filled with zeroes. */
      __GFP_ZERO: gfp.__GFP_ZERO,
      /** Fails silently. */
      __GFP_NOWARN: gfp.__GFP_NOWARN,
      /** May use high memory. */
      __GFP_HIGHMEM: gfp.__GFP_HIGHMEM,
    },
  }
}
