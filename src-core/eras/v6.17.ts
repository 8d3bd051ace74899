/** v6.17: large kmalloc pages are frozen too ("mm, slab: use frozen pages for large kmalloc"; release uncertain). */
import type { Era } from './era.ts'
import { V6_14 } from './v6.14.ts'

export const V6_17: Era = {
  id: 'v6.17',
  title: 'Linux 6.17',
  basis: 'source',
  summary: 'pages of kmalloc above the largest cache are frozen like slab pages',
  pageRef: { ...V6_14.pageRef, 'large-kmalloc': 'declined' },
  lruCallback: 'returns-unlocked',
  release: [6, 17],
  position: 2,
  rust: {
    adds: {
      CoherentAllocation: { name: null, text: 'dma_alloc_coherent() of linux' },
      Mm: { name: null, text: 'mmgrab() and mmdrop() of linux' },
      MmWithUser: { name: null, text: 'mmget_not_zero() and mmput() of linux' },
      MmapReadGuard: { name: null, text: 'mmap_read_lock() of linux' },
      VmaRef: { name: null, text: 'vma_lookup() of linux, under mmap_read_lock()' },
      VmaMixedMap: { name: null, text: 'vm_insert_page() of linux' },
      VmaNew: { name: null, text: 'vm_flags_set() of linux, in the mmap hook' },
    },
    removes: {},
  },
}
