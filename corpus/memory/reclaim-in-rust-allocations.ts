// @machine memory=16M
// @expect none
//
// Allocations of the Rust surface are those of C: they reclaim with the mask that the page allocator gets.
import { drop, GFP_ATOMIC, GFP_KERNEL, KBox, Page, VVec } from 'kernel'
import { WARN_ON, __GFP_COMP, __GFP_HIGHMEM, __GFP_NORETRY, __GFP_NOWARN } from 'linux'
import { reclaimed, relax, squeeze } from './pressure.ts'

squeeze()
{
  using page = Page.alloc_page(GFP_KERNEL)
  WARN_ON(!reclaimed(GFP_KERNEL))
  void page
}
squeeze()
{
  const kept: object[] = []
  for (let i = 0; i < 64; i++) kept.push(KBox.new(new Uint8Array(180), GFP_KERNEL))
  WARN_ON(!reclaimed(GFP_KERNEL | __GFP_COMP | __GFP_NOWARN | __GFP_NORETRY))
  for (const box of kept) drop(box)
}
squeeze()
{
  using area = VVec.with_capacity(5 * 4096, GFP_KERNEL)
  WARN_ON(!reclaimed(GFP_KERNEL | __GFP_HIGHMEM | __GFP_NOWARN))
  void area
}
squeeze()
let errno = 0
const last: object[] = []
try {
  for (;;) last.push(Page.alloc_page(GFP_ATOMIC | __GFP_NOWARN))
} catch (error) {
  errno = (error as { errno: number }).errno
}
WARN_ON(errno !== 12 && errno !== -12)
WARN_ON(reclaimed(GFP_ATOMIC | __GFP_NOWARN))
for (const page of last) drop(page)
relax()
