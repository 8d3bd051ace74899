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
  release: [6, 18],
  position: 3,
  rust: {
    adds: {
      BorrowedPage: { name: 'Page', text: 'Page, kept alive by its owner' },
      AsPageIter: { name: null, text: 'vmalloc_to_page() of linux' },
      VmallocPageIter: { name: null, text: 'vmalloc_to_page() of linux' },
      SGTable: { name: null, text: 'sg_alloc_table_from_pages() and dma_map_sgtable() of linux' },
      SGEntry: { name: null, text: 'for_each_sgtable_dma_sg() of linux' },
      DataDirection: { name: null, text: 'DMA_TO_DEVICE and its like, of linux' },
    },
    removes: {},
  },
}
