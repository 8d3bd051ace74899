// @era v6.18
// @machine memory=16M
// @expect none
//
// The allocators behind Rust's vectors and boxes hand their flags on (vrealloc(), kvrealloc()): a mask that may not wait
// does not reclaim, __GFP_ZERO gives zeroes, and KVmalloc falls back to vmalloc only for who may wait.
import { KBox, KernelError, KVBox, KVVec, VBox, VVec } from 'kernel'
import {
  GFP_ATOMIC,
  GFP_KERNEL,
  GFP_NOWAIT,
  PAGE_SIZE,
  WARN_ON,
  __GFP_NOWARN,
  __GFP_ZERO,
  is_vmalloc_addr,
} from 'linux'
import { __GFP_HIGHMEM, __vmalloc, vfree } from 'linux'
import { reclaimed, relax, squeeze } from './pressure.ts'

const ENOMEM = 12
const QUIET = GFP_KERNEL | __GFP_NOWARN

function fails(make: () => Disposable): boolean {
  try {
    using made = make()
    void made
    return false
  } catch (error) {
    return error instanceof KernelError && error.errno === -ENOMEM
  }
}

// Zeroes.
{
  using dirty = VVec.with_capacity(3 * PAGE_SIZE, GFP_KERNEL)
  dirty.extend_with(3 * PAGE_SIZE, 0xa5, GFP_KERNEL)
}
for (const make of [VVec, KVVec]) {
  using v = make.with_capacity(3 * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO)
  for (let at = 0; at < 3 * PAGE_SIZE; at += 1024) WARN_ON(v.as_ptr()!.read_u32(at) !== 0)
}
const area = __vmalloc(2 * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO)!
WARN_ON(!is_vmalloc_addr(area) || area.read_u64(PAGE_SIZE) !== 0n)
vfree(area)

// Who may wait reclaims; who may not fails.
squeeze()
WARN_ON(!fails(() => VVec.with_capacity(20 * PAGE_SIZE, GFP_NOWAIT)) || reclaimed(GFP_NOWAIT | __GFP_HIGHMEM))
WARN_ON(!fails(() => VBox.new(new Uint8Array(8 * PAGE_SIZE), GFP_NOWAIT)))
WARN_ON(!fails(() => KVVec.with_capacity(8 * PAGE_SIZE, GFP_NOWAIT)))
WARN_ON(!fails(() => KVBox.new(new Uint8Array(8 * PAGE_SIZE), GFP_NOWAIT)))
WARN_ON(!fails(() => KBox.new(new Uint8Array(8 * PAGE_SIZE), GFP_NOWAIT)))
WARN_ON(fails(() => VVec.with_capacity(2 * PAGE_SIZE, QUIET)))
relax()

// Growing: kmalloc memory first, an area when it is large.
{
  using v = KVVec.with_capacity(64, GFP_ATOMIC)
  WARN_ON(is_vmalloc_addr(v.as_ptr()!))
  v.extend_with(64, 7, GFP_ATOMIC)
  v.reserve(4 * PAGE_SIZE, GFP_KERNEL)
  WARN_ON(v.as_ptr()!.read_u8(63) !== 7 || v.get(0) !== 7)
}
