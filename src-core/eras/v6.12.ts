/** v6.12: the baseline that was measured. Every page of the page allocator has a reference count. */
import { ALL_COUNTED, NO_RUST_CHANGES, type Era } from './era.ts'

export const V6_12: Era = {
  id: 'v6.12',
  title: 'Linux 6.12',
  basis: 'measured',
  summary: 'every page from the page allocator has a reference count, slab pages too',
  pageRef: ALL_COUNTED,
  lruCallback: 'returns-locked',
  release: [6, 12],
  position: 0,
  rust: NO_RUST_CHANGES,
}
