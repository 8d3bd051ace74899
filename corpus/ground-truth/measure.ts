/**
 * What every case of this folder prints with: one line per measured value, `STEP WHAT = VALUE`, in the order in which
 * the test module of the measurement printed them.
 */
import { compound_head, folio_order, folio_test_dirty, folio_test_locked, folio_test_referenced, nth_page } from 'linux'
import { page_folio, page_mapcount, page_ref_count, PageBuddy, PageHead, PageSlab, PageTail, pr_info } from 'linux'
import type { page } from 'linux'

export type Value = string | number | bigint | boolean | null

/** Prints one value; conditions as 0 or 1, no pointer as NULL. */
export function say(step: number, what: string, value: Value) {
  pr_info(`${step} ${what} = ${typeof value === 'boolean' ? Number(value) : value ?? 'NULL'}`)
}

/** Prints the raw `_refcount` of this very page. */
export function count(step: number, name: string, p: page) {
  say(step, `${name}.page_ref_count`, page_ref_count(p))
}

/** Prints `_refcount`, `_mapcount` + 1 and the flags of this very page. */
export function dump(step: number, name: string, p: page) {
  count(step, name, p)
  const typed = !PageTail(p) && (PageSlab(p) || PageBuddy(p))
  say(step, `${name}._mapcount+1`, typed ? 'typed' : page_mapcount(p))
  say(step, `${name}.flags`, PageTail(p) ? tailFlags(p) : flags(p))
}

function flags(p: page): string {
  const folio = page_folio(p)
  const set = [
    PageHead(p) ? 'head' : '',
    folio_test_locked(folio) ? 'locked' : '',
    folio_test_dirty(folio) ? 'dirty' : '',
    folio_test_referenced(folio) ? 'referenced' : '',
    PageSlab(p) ? 'type_slab' : '',
  ].filter((name) => name !== '')
  return set.length === 0 ? 'none' : set.join('|')
}

/** The measurement read the raw word: that of the first tail has the order in its low byte, whose bit 0 looks like a lock. */
function tailFlags(p: page): string {
  const head = compound_head(p)
  return p === nth_page(head, 1) && (folio_order(page_folio(head)) & 1) === 1 ? 'tail|locked' : 'tail'
}
