/**
 * memdesc: the announced end state. Only folios keep a count; driver, vmalloc and page-table pages have none, and
 * neither has a page that is free, reserved or bad.
 */
import { NO_RUST_CHANGES, type Era } from './era.ts'
import { NEXT } from './next.ts'

export const MEMDESC: Era = {
  id: 'memdesc',
  title: 'The memdesc future',
  basis: 'plan',
  summary: 'driver, vmalloc and page-table pages have no reference count; whoever needs one allocates a folio',
  pageRef: {
    ...NEXT.pageRef,
    page: 'none',
    vmalloc: 'none',
    'page-table': 'none',
    reserved: 'none',
    buddy: 'none',
    pcp: 'none',
    bad: 'none',
  },
  lruCallback: 'returns-unlocked',
  release: null,
  position: 5,
  rust: NO_RUST_CHANGES,
}
