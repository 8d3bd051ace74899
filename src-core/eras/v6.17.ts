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
  position: 2,
}
