/** next: what lies in linux-next and in the queues. Page counts as in v6.18; Rust gets Owned<Page> and RefCounted. */
import type { Era } from './era.ts'
import { V6_18 } from './v6.18.ts'

export const NEXT: Era = {
  id: 'next',
  title: 'linux-next',
  basis: 'source',
  summary: 'page counts as before; Rust has Owned<Page>, RefCounted and Coherent',
  pageRef: V6_18.pageRef,
  lruCallback: 'returns-unlocked',
  release: null,
  position: 4,
  rust: {
    adds: {
      Owned: { name: 'KBox', text: 'KBox for memory, Page for a page: in this era the type itself owns' },
      Ownable: { name: null, text: 'a type that owns what it frees' },
      RefCounted: { name: 'AlwaysRefCounted', text: 'AlwaysRefCounted' },
      OwnableRefCounted: { name: 'ARef', text: 'ARef with AlwaysRefCounted' },
      Coherent: { name: 'CoherentAllocation', text: 'CoherentAllocation' },
      CoherentBox: { name: 'CoherentAllocation', text: 'CoherentAllocation' },
      Folio: { name: null, text: 'folio_alloc() and folio_put() of linux' },
    },
    removes: {
      CoherentAllocation: { name: 'Coherent', text: 'Coherent' },
    },
  },
}
