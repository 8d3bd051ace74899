// Case misuse_page_flags: page flags set and cleared on head pages and tail pages.
// @machine memory=512M debug=on
// Measured: here-kasan debug=on
import {
  ClearPageChecked,
  ClearPageDirty,
  ClearPageHWPoison,
  ClearPageLRU,
  ClearPageMappedToDisk,
  ClearPagePrivate,
  ClearPageReclaim,
  ClearPageReserved,
  ClearPageUptodate,
  ClearPageWorkingset,
  GFP_KERNEL,
  PageDirty,
  PageLocked,
  SetPageChecked,
  SetPageDirty,
  SetPageHWPoison,
  SetPageLRU,
  SetPageMappedToDisk,
  SetPagePrivate,
  SetPageReclaim,
  SetPageReserved,
  SetPageUptodate,
  SetPageWorkingset,
  __GFP_COMP,
  __free_page,
  __free_pages,
  alloc_page,
  alloc_pages,
  folio_unlock,
  lock_page,
  nth_page,
  page_folio,
  page_ref_count,
  unlock_page,
} from 'linux'
import { lone, same, say } from './values.ts'

lone('fl_reserved', () => {
  let g: any = null
  let h: any = null
  g = alloc_page(GFP_KERNEL)
  say(101, 1, 'go')
  SetPageReserved(g)
  __free_page(g)
  say(102, page_ref_count(g), 'ref')
  h = alloc_page(GFP_KERNEL)
  say(103, same(g, h), 'again')
})

lone('fl_dirty', () => {
  let g: any = null
  let h: any = null
  g = alloc_page(GFP_KERNEL)
  say(201, 1, 'go')
  SetPageDirty(g)
  __free_page(g)
  say(202, page_ref_count(g), 'ref')
  h = alloc_page(GFP_KERNEL)
  say(203, same(g, h), 'again')
})

lone('fl_uptodate', () => {
  let g: any = null
  let h: any = null
  g = alloc_page(GFP_KERNEL)
  say(301, 1, 'go')
  SetPageUptodate(g)
  __free_page(g)
  say(302, page_ref_count(g), 'ref')
  h = alloc_page(GFP_KERNEL)
  say(303, same(g, h), 'again')
})

lone('fl_private', () => {
  let g: any = null
  let h: any = null
  g = alloc_page(GFP_KERNEL)
  say(401, 1, 'go')
  SetPagePrivate(g)
  __free_page(g)
  say(402, page_ref_count(g), 'ref')
  h = alloc_page(GFP_KERNEL)
  say(403, same(g, h), 'again')
})

lone('fl_locked', () => {
  let g: any = null
  let h: any = null
  g = alloc_page(GFP_KERNEL)
  say(501, 1, 'go')
  lock_page(g)
  __free_page(g)
  say(502, page_ref_count(g), 'ref')
  h = alloc_page(GFP_KERNEL)
  say(503, same(g, h), 'again')
})

lone('fl_tail_reserved', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(601, 1, 'go')
  SetPageReserved(nth_page(g, 1))
  say(602, 1, 'done')
})

lone('fl_tail_dirty', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(701, 1, 'go')
  SetPageDirty(nth_page(g, 1))
  say(702, PageDirty(g), 'head')
  say(703, 1, 'done')
})

lone('fl_unlock', () => {
  let g: any = null
  g = alloc_page(GFP_KERNEL)
  say(801, 1, 'go')
  unlock_page(g)
  say(802, 1, 'done')
})

lone('flp_set_reserved_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(901, 1, 'go')
  SetPageReserved(g)
  say(902, 1, 'done')
})

lone('flp_clear_reserved_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1001, 1, 'go')
  ClearPageReserved(g)
  say(1002, 1, 'done')
})

lone('flp_set_reserved_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1101, 1, 'go')
  SetPageReserved(nth_page(g, 1))
  say(1102, 1, 'done')
})

lone('flp_clear_reserved_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1201, 1, 'go')
  ClearPageReserved(nth_page(g, 1))
  say(1202, 1, 'done')
})

lone('flp_set_uptodate_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1301, 1, 'go')
  SetPageUptodate(g)
  say(1302, 1, 'done')
})

lone('flp_clear_uptodate_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1401, 1, 'go')
  ClearPageUptodate(g)
  say(1402, 1, 'done')
})

lone('flp_set_uptodate_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1501, 1, 'go')
  SetPageUptodate(nth_page(g, 1))
  say(1502, 1, 'done')
})

lone('flp_clear_uptodate_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1601, 1, 'go')
  ClearPageUptodate(nth_page(g, 1))
  say(1602, 1, 'done')
})

lone('flp_set_dirty_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1701, 1, 'go')
  SetPageDirty(g)
  say(1702, 1, 'done')
})

lone('flp_clear_dirty_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1801, 1, 'go')
  ClearPageDirty(g)
  say(1802, 1, 'done')
})

lone('flp_set_dirty_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1901, 1, 'go')
  SetPageDirty(nth_page(g, 1))
  say(1902, 1, 'done')
})

lone('flp_clear_dirty_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2001, 1, 'go')
  ClearPageDirty(nth_page(g, 1))
  say(2002, 1, 'done')
})

lone('flp_set_checked_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2101, 1, 'go')
  SetPageChecked(g)
  say(2102, 1, 'done')
})

lone('flp_clear_checked_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2201, 1, 'go')
  ClearPageChecked(g)
  say(2202, 1, 'done')
})

lone('flp_set_checked_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2301, 1, 'go')
  SetPageChecked(nth_page(g, 1))
  say(2302, 1, 'done')
})

lone('flp_clear_checked_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2401, 1, 'go')
  ClearPageChecked(nth_page(g, 1))
  say(2402, 1, 'done')
})

lone('flp_set_mappedtodisk_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2501, 1, 'go')
  SetPageMappedToDisk(g)
  say(2502, 1, 'done')
})

lone('flp_clear_mappedtodisk_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2601, 1, 'go')
  ClearPageMappedToDisk(g)
  say(2602, 1, 'done')
})

lone('flp_set_mappedtodisk_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2701, 1, 'go')
  SetPageMappedToDisk(nth_page(g, 1))
  say(2702, 1, 'done')
})

lone('flp_clear_mappedtodisk_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2801, 1, 'go')
  ClearPageMappedToDisk(nth_page(g, 1))
  say(2802, 1, 'done')
})

lone('flp_set_reclaim_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2901, 1, 'go')
  SetPageReclaim(g)
  say(2902, 1, 'done')
})

lone('flp_clear_reclaim_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(3001, 1, 'go')
  ClearPageReclaim(g)
  say(3002, 1, 'done')
})

lone('flp_set_reclaim_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(3101, 1, 'go')
  SetPageReclaim(nth_page(g, 1))
  say(3102, 1, 'done')
})

lone('flp_clear_reclaim_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(3201, 1, 'go')
  ClearPageReclaim(nth_page(g, 1))
  say(3202, 1, 'done')
})

lone('flp_set_lru_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(3301, 1, 'go')
  SetPageLRU(g)
  say(3302, 1, 'done')
})

lone('flp_clear_lru_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(3401, 1, 'go')
  ClearPageLRU(g)
  say(3402, 1, 'done')
})

lone('flp_set_lru_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(3501, 1, 'go')
  SetPageLRU(nth_page(g, 1))
  say(3502, 1, 'done')
})

lone('flp_clear_lru_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(3601, 1, 'go')
  ClearPageLRU(nth_page(g, 1))
  say(3602, 1, 'done')
})

lone('flp_set_workingset_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(3701, 1, 'go')
  SetPageWorkingset(g)
  say(3702, 1, 'done')
})

lone('flp_clear_workingset_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(3801, 1, 'go')
  ClearPageWorkingset(g)
  say(3802, 1, 'done')
})

lone('flp_set_workingset_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(3901, 1, 'go')
  SetPageWorkingset(nth_page(g, 1))
  say(3902, 1, 'done')
})

lone('flp_clear_workingset_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(4001, 1, 'go')
  ClearPageWorkingset(nth_page(g, 1))
  say(4002, 1, 'done')
})

lone('flp_set_private_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(4101, 1, 'go')
  SetPagePrivate(g)
  say(4102, 1, 'done')
})

lone('flp_clear_private_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(4201, 1, 'go')
  ClearPagePrivate(g)
  say(4202, 1, 'done')
})

lone('flp_set_private_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(4301, 1, 'go')
  SetPagePrivate(nth_page(g, 1))
  say(4302, 1, 'done')
})

lone('flp_clear_private_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(4401, 1, 'go')
  ClearPagePrivate(nth_page(g, 1))
  say(4402, 1, 'done')
})

lone('flp_set_hwpoison_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(4501, 1, 'go')
  SetPageHWPoison(g)
  say(4502, 1, 'done')
})

lone('flp_clear_hwpoison_h', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(4601, 1, 'go')
  ClearPageHWPoison(g)
  say(4602, 1, 'done')
})

lone('flp_set_hwpoison_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(4701, 1, 'go')
  SetPageHWPoison(nth_page(g, 1))
  say(4702, 1, 'done')
})

lone('flp_clear_hwpoison_t', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(4801, 1, 'go')
  ClearPageHWPoison(nth_page(g, 1))
  say(4802, 1, 'done')
})

lone('fl_lock_tail', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(4901, 1, 'go')
  lock_page(nth_page(g, 1))
  say(4902, PageLocked(g), 'locked')
  unlock_page(g)
  say(4903, 1, 'done')
  __free_pages(g, 2)
})

lone('fl_funlock', () => {
  let g: any = null
  g = alloc_page(GFP_KERNEL)
  say(5001, 1, 'go')
  folio_unlock(page_folio(g))
  say(5002, 1, 'done')
})
