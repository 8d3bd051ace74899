/** v6.18: the memory manager counts as in v6.17; Rust gets BorrowedPage, VmallocPageIter, SGTable and binder. */
import type { Era } from './era.ts'
import { V6_17 } from './v6.17.ts'

export const V6_18: Era = {
  id: 'v6.18',
  title: 'Linux 6.18',
  basis: 'source',
  summary: 'page counts as before; Rust has BorrowedPage, VmallocPageIter and SGTable',
  pageRef: V6_17.pageRef,
  lruCallback: 'returns-unlocked',
  position: 3,
}
