/** v6.14: slab pages are frozen (9aec2fb0fd5e "slab: allocate frozen pages", b9c0e49abfca in get_page/put_page). */
import type { Era } from './era.ts'
import { V6_12 } from './v6.12.ts'

export const V6_14: Era = {
  id: 'v6.14',
  title: 'Linux 6.14',
  basis: 'source',
  summary: 'slab pages are frozen: get_page() on them warns once and takes nothing, put_page() returns silently',
  pageRef: { ...V6_12.pageRef, slab: 'declined' },
  lruCallback: 'returns-unlocked',
  release: [6, 14],
  position: 1,
  rust: {
    adds: {
      rcu: { name: null, text: 'rcu_read_lock() and rcu_read_unlock() of linux' },
      Guard: { name: null, text: 'rcu_read_lock() and rcu_read_unlock() of linux' },
    },
    removes: {},
  },
}
