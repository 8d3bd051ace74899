/** linux/mm.h: references and counts of pages and folios. Follows include/linux/mm.h and mm/swap.c at v6.12. */
import { Flag, Op } from '../../trace/ops.ts'
import type { folio, page } from '../handles/page.ts'
import type { Site, Surface } from '../surface.ts'

/** References that one call may take or drop here. */
const MOST_AT_ONCE = 2 ** 16

export function linuxPageCounts(s: Surface) {
  const { trace } = s
  const { refs, frames } = s.kernel

  /** A get or put by page: the count that changes is the head's. */
  function count(kind: number, pfn: number, act: (pfn: number) => number): number {
    if (!frames.valid(pfn)) {
      s.done(kind, 0, pfn >>> 0, pfn, 0, Flag.WILD | Flag.FAULT)
      return Flag.WILD
    }
    const head = frames.headOf(pfn)
    const allocation = s.occupant(head)
    const flags = act(pfn)
    s.done(kind, allocation, pfn, head, 0, flags)
    return flags
  }

  /** A query about a count: recorded with its result, changes nothing. */
  function query(kind: number, pfn: number, result: number): number {
    s.done(kind, s.occupant(pfn), pfn >>> 0, result, 0, frames.valid(pfn) ? 0 : Flag.WILD)
    return result
  }

  /** The same of several references: a row for each. */
  function several(site: Site, kind: number, nr: number, pfn: () => number, act: (pfn: number) => number): void {
    const times = s.integer(nr, 'nr', 0, MOST_AT_ONCE)
    for (let i = 0; i < times; i++) {
      trace.begin(site)
      count(kind, pfn(), act)
    }
  }

  const get = (pfn: number): number => refs.get(pfn)
  const put = (pfn: number): number => refs.put(pfn)
  const tryGet = (pfn: number): number => refs.tryGet(pfn)
  const unlessZero = (pfn: number): number => refs.getUnlessZero(pfn)
  const increment = (pfn: number): number => refs.refInc(pfn)
  const decrement = (pfn: number): number => refs.refDec(pfn)

  function mappings(site: Site, folio: folio): number {
    trace.begin(site)
    const pfn = s.folioPfn(folio, Op.folio_mapcount)
    let total = 0
    for (let i = 0; i < 2 ** frames.compoundOrder(pfn); i++) total += refs.mapcount(pfn + i)
    return query(Op.folio_mapcount, pfn, total)
  }

  return {
    steps: {
      /**
       * Takes a reference on the page's folio. It keeps the page frames, not what lives in them: on a slab page it
       * does not keep the objects.
       *
       * Needs: a reference that is already held (the count is at least 1). Owner: the caller holds one reference more
       * and gives it back with `put_page`. Never sleeps, cannot fail.
       * From v6.14 it warns and takes nothing on slab pages; in era memdesc only folios are counted.
       */
      get_page(site: Site, page: page): void {
        trace.begin(site)
        count(Op.get_page, s.pfn(page, Op.get_page), get)
      },
      /** Takes a reference unless the count is 0 or below. Returns true if it was taken. */
      try_get_page(site: Site, page: page): boolean {
        trace.begin(site)
        return (count(Op.try_get_page, s.pfn(page, Op.try_get_page), tryGet) & Flag.FAILED) === 0
      },
      /**
       * Takes a reference unless the count is 0: the only legal get on a page one does not own. Recheck identity
       * afterwards.
       */
      get_page_unless_zero(site: Site, page: page): boolean {
        trace.begin(site)
        return (count(Op.get_page_unless_zero, s.pfn(page, Op.get_page_unless_zero), unlessZero) & Flag.FAILED) === 0
      },
      /**
       * Drops a reference on the page's folio; the last one frees the whole folio with its stored order. A non-compound
       * block has no stored order: only its first page is freed. Owner: the caller gives up one reference.
       */
      put_page(site: Site, page: page): void {
        trace.begin(site)
        count(Op.put_page, s.pfn(page, Op.put_page), put)
      },
      /** Takes a reference on a folio. See `get_page`. */
      folio_get(site: Site, folio: folio): void {
        trace.begin(site)
        count(Op.folio_get, s.folioPfn(folio, Op.folio_get), get)
      },
      /** Takes a reference on a folio unless its count is 0. Returns true if it was taken. */
      folio_try_get(site: Site, folio: folio): boolean {
        trace.begin(site)
        return (count(Op.folio_try_get, s.folioPfn(folio, Op.folio_try_get), unlessZero) & Flag.FAILED) === 0
      },
      /** Drops a reference on a folio; the last one frees it. */
      folio_put(site: Site, folio: folio): void {
        trace.begin(site)
        count(Op.folio_put, s.folioPfn(folio, Op.folio_put), put)
      },
      /** Adds 1 to `_refcount` of this very page, whatever it is. */
      page_ref_inc(site: Site, page: page): void {
        trace.begin(site)
        count(Op.page_ref_inc, s.pfn(page, Op.page_ref_inc), increment)
      },
      /** Subtracts 1 from `_refcount` of this very page. Frees nothing. */
      page_ref_dec(site: Site, page: page): void {
        trace.begin(site)
        count(Op.page_ref_dec, s.pfn(page, Op.page_ref_dec), decrement)
      },
      /** Adds `nr` to `_refcount` of this very page. */
      page_ref_add(site: Site, page: page, nr: number): void {
        several(site, Op.page_ref_inc, nr, () => s.pfn(page, Op.page_ref_inc), increment)
      },
      /** Subtracts `nr` from `_refcount` of this very page. Frees nothing. */
      page_ref_sub(site: Site, page: page, nr: number): void {
        several(site, Op.page_ref_dec, nr, () => s.pfn(page, Op.page_ref_dec), decrement)
      },
      /** Adds `nr` to the reference count of a folio. Needs: a reference that is already held. */
      folio_ref_add(site: Site, folio: folio, nr: number): void {
        several(site, Op.page_ref_inc, nr, () => s.folioPfn(folio, Op.page_ref_inc), increment)
      },
      /** Subtracts `nr` from the reference count of a folio. Frees nothing: `folio_put_refs` does. */
      folio_ref_sub(site: Site, folio: folio, nr: number): void {
        several(site, Op.page_ref_dec, nr, () => s.folioPfn(folio, Op.page_ref_dec), decrement)
      },
      /** Drops `refs` references on a folio at once; the last one frees it. Owner: the caller gives them up. */
      folio_put_refs(site: Site, folio: folio, refs: number): void {
        several(site, Op.folio_put, refs, () => s.folioPfn(folio, Op.folio_put), put)
      },
      /** Sets `_refcount` of this very page. */
      set_page_count(site: Site, page: page, v: number): void {
        trace.begin(site)
        const pfn = s.pfn(page, Op.set_page_count)
        s.integer(v, 'v', -(2 ** 31), 2 ** 32 - 1)
        if (frames.valid(pfn)) refs.setCount(pfn, v | 0)
        s.done(Op.set_page_count, s.occupant(pfn), pfn >>> 0, v | 0, 0, frames.valid(pfn) ? 0 : Flag.WILD | Flag.FAULT)
      },
      /** `_refcount` of this very page: 0 for a tail page. */
      page_ref_count(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_ref_count)
        return query(Op.page_ref_count, pfn, frames.valid(pfn) ? refs.refCount(pfn) : 0)
      },
      /** Reference count of the page's folio. */
      page_count(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_count)
        return query(Op.page_count, pfn, frames.valid(pfn) ? refs.count(pfn) : 0)
      },
      /** How often this very page is mapped in page tables (`_mapcount` + 1); 0 for a typed page. */
      page_mapcount(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_mapcount)
        return query(Op.page_mapcount, pfn, frames.valid(pfn) ? refs.mapcount(pfn) : 0)
      },
      /** Reference count of a folio. */
      folio_ref_count(site: Site, folio: folio): number {
        trace.begin(site)
        const pfn = s.folioPfn(folio, Op.folio_ref_count)
        return query(Op.folio_ref_count, pfn, refs.refCount(pfn))
      },
      /** How often the pages of a folio are mapped, all together. */
      folio_mapcount(site: Site, folio: folio): number {
        return mappings(site, folio)
      },
      /** True if a page of the folio is mapped in a page table. */
      folio_mapped(site: Site, folio: folio): boolean {
        return mappings(site, folio) >= 1
      },
    },
  }
}
