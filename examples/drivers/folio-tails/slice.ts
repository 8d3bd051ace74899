/**
 * A slice: some bytes of kernel memory, remembered as a folio and the index of a page in it (message 10 of the
 * thread), with a reference on the folio that is meant to keep the memory.
 */
import {
  struct, ptr, u32, is_vmalloc_addr, vmalloc_to_page, virt_to_page, page_folio, folio_page_idx, folio_page, folio_get,
  folio_put, kmap_local_page, kunmap_local, PAGE_SIZE, type page, type Ptr, type View,
} from 'linux'

export const Slice = struct('slice', { folio: ptr, idx: u32, offset: u32 })
export type Slice = View<typeof Slice>

/** The page behind a kernel address, by the only two ways there are. No reference is taken. */
function addr_to_page(p: Ptr): page {
  return is_vmalloc_addr(p) ? vmalloc_to_page(p)! : virt_to_page(p)
}

/** Remembers where `p` lies and takes a reference on the folio around it. */
export function slice_get(slice: Slice, p: Ptr): void {
  const page = addr_to_page(p)
  const folio = page_folio(page)
  slice.folio = folio
  // A folio is never a tail page: which page of it was meant has to be kept beside it.
  slice.idx = folio_page_idx(folio, page)
  slice.offset = Number(p.addr % BigInt(PAGE_SIZE))
  folio_get(folio)
}

/** The first four bytes of a slice. One page of the folio is mapped, never the whole. */
export function slice_read(slice: Slice): number {
  const m = kmap_local_page(folio_page(slice.folio, slice.idx))
  const value = m.read_u32(slice.offset)
  kunmap_local(m)
  return value
}

export function slice_put(slice: Slice): void {
  folio_put(slice.folio)
  slice.folio = null
}

/** Reads through the page while its owner's memory is there: the borrow ends before the function does. */
export function borrow_read(p: Ptr): number {
  const m = kmap_local_page(addr_to_page(p))
  const value = m.read_u32(Number(p.addr % BigInt(PAGE_SIZE)))
  kunmap_local(m)
  return value
}
