// Case misuse_pages: pages freed twice, with a wrong order, as a part of a block; references of what has none.
// @machine memory=512M debug=on
// Measured: here-kasan debug=on
import {
  GFP_KERNEL,
  __GFP_COMP,
  __free_page,
  __free_pages,
  alloc_page,
  alloc_pages,
  alloc_pages_exact,
  compound_order,
  free_page,
  free_pages_exact,
  get_page,
  get_page_unless_zero,
  kfree,
  kmalloc,
  nth_page,
  page_address,
  page_ref_count,
  put_page,
  split_page,
  virt_to_page,
} from 'linux'
import { lone, say } from './values.ts'

lone('pg_uaf', () => {
  let p: any = null
  let g: any = null
  g = alloc_page(GFP_KERNEL)
  p = page_address(g)
  __free_page(g)
  say(101, 1, 'go')
  p.write_u8(8, 1)
  say(102, 1, 'done')
})

lone('pg_uaf_cont', () => {
  let p: any = null
  let g: any = null
  let r: any = 0
  g = alloc_pages(GFP_KERNEL, 2)
  p = page_address(g)
  __free_pages(g, 2)
  say(201, 1, 'go')
  r = p.read_u8(9000)
  say(202, 1, 'done')
})

lone('pg_exact_oob', () => {
  let p: any = null
  let r: any = 0
  p = alloc_pages_exact(12288, GFP_KERNEL)
  say(301, 1, 'go')
  r = p.read_u8(12288)
  say(302, 1, 'done')
  free_pages_exact(p, 12288)
})

lone('pg_dbl0', () => {
  let g: any = null
  g = alloc_page(GFP_KERNEL)
  __free_page(g)
  say(401, 1, 'go')
  __free_page(g)
  say(402, page_ref_count(g), 'ref')
})

lone('pg_dbl2', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 2)
  __free_pages(g, 2)
  say(501, 1, 'go')
  __free_pages(g, 2)
  say(502, page_ref_count(g), 'ref')
})

lone('pg_dbl2c', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  __free_pages(g, 2)
  say(601, 1, 'go')
  __free_pages(g, 2)
  say(602, page_ref_count(g), 'ref')
})

lone('pg_dbl4', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 4)
  __free_pages(g, 4)
  say(701, 1, 'go')
  __free_pages(g, 4)
  say(702, page_ref_count(g), 'ref')
})

lone('pg_dblput', () => {
  let g: any = null
  g = alloc_page(GFP_KERNEL)
  put_page(g)
  say(801, 1, 'go')
  put_page(g)
  say(802, page_ref_count(g), 'ref')
})

lone('pg_get0', () => {
  let g: any = null
  g = alloc_page(GFP_KERNEL)
  __free_page(g)
  say(901, 1, 'go')
  get_page(g)
  say(902, page_ref_count(g), 'ref')
})

lone('pg_unless0', () => {
  let g: any = null
  let r: any = 0
  g = alloc_page(GFP_KERNEL)
  __free_page(g)
  say(1001, 1, 'go')
  say(1002, get_page_unless_zero(g), 'r')
  say(1003, page_ref_count(g), 'ref')
})

lone('pg_tail_get', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 1)
  say(1101, 1, 'go')
  get_page(nth_page(g, 1))
  say(1102, page_ref_count(nth_page(g, 1)), 'ref')
})

lone('pg_tail_put', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 1)
  say(1201, 1, 'go')
  put_page(nth_page(g, 1))
  say(1202, page_ref_count(nth_page(g, 1)), 'ref')
})

lone('pg_small0', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 1)
  say(1301, 1, 'go')
  __free_page(g)
  say(1302, page_ref_count(g), 'ref')
  say(1303, page_ref_count(nth_page(g, 1)), 'ref1')
})

lone('pg_small1', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 2)
  say(1401, 1, 'go')
  __free_pages(g, 1)
  say(1402, page_ref_count(g), 'ref')
})

lone('pg_big1', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 1)
  split_page(g, 1)
  say(1501, 1, 'go')
  __free_pages(g, 1)
  say(1502, page_ref_count(g), 'ref')
  say(1503, page_ref_count(nth_page(g, 1)), 'ref1')
})

lone('pg_big2', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 2)
  split_page(g, 2)
  say(1601, 1, 'go')
  __free_pages(g, 2)
  say(1602, page_ref_count(g), 'ref')
  say(1603, page_ref_count(nth_page(g, 3)), 'ref3')
})

lone('pg_comp_small', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1701, 1, 'go')
  __free_pages(g, 1)
  say(1702, page_ref_count(g), 'ref')
})

lone('pg_comp_0', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1801, 1, 'go')
  __free_page(g)
  say(1802, page_ref_count(g), 'ref')
})

lone('pg_comp_tail', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(1901, 1, 'go')
  __free_page(nth_page(g, 2))
  say(1902, page_ref_count(g), 'ref')
})

lone('pg_comp_puttail', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2001, 1, 'go')
  put_page(nth_page(g, 2))
  say(2002, page_ref_count(g), 'ref')
  say(2003, 1, 'done')
})

lone('pg_split_comp', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  say(2101, 1, 'go')
  split_page(g, 2)
  say(2102, page_ref_count(g), 'ref')
})

lone('pg_split_free', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 2)
  __free_pages(g, 2)
  say(2201, 1, 'go')
  split_page(g, 2)
  say(2202, page_ref_count(g), 'ref')
})

lone('pg_split_tail', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 2)
  say(2301, 1, 'go')
  split_page(nth_page(g, 2), 1)
  say(2302, page_ref_count(nth_page(g, 2)), 'ref')
})

lone('pg_exact_wrong', () => {
  let p: any = null
  let g: any = null
  p = alloc_pages_exact(12288, GFP_KERNEL)
  g = virt_to_page(p)
  say(2401, 1, 'go')
  free_pages_exact(p, 16384)
  say(2402, page_ref_count(g), 'ref')
  say(2403, page_ref_count(nth_page(g, 3)), 'ref3')
})

lone('pg_exact_pages', () => {
  let p: any = null
  let g: any = null
  p = alloc_pages_exact(12288, GFP_KERNEL)
  g = virt_to_page(p)
  say(2501, 1, 'go')
  __free_pages(g, 2)
  say(2502, page_ref_count(g), 'ref')
  say(2503, page_ref_count(nth_page(g, 1)), 'ref1')
})

lone('pg_exact_dbl', () => {
  let p: any = null
  p = alloc_pages_exact(12288, GFP_KERNEL)
  free_pages_exact(p, 12288)
  say(2601, 1, 'go')
  free_pages_exact(p, 12288)
  say(2602, 1, 'done')
})

lone('pg_free_pages_addr', () => {
  let p: any = null
  p = alloc_pages_exact(4096, GFP_KERNEL)
  say(2701, 1, 'go')
  free_page(p.add(100))
  say(2702, page_ref_count(virt_to_page(p)), 'ref')
})

lone('pg_kfree0', () => {
  let p: any = null
  let g: any = null
  g = alloc_page(GFP_KERNEL)
  p = page_address(g)
  say(2801, 1, 'go')
  kfree(p)
  say(2802, page_ref_count(g), 'ref')
})

lone('pg_kfree2', () => {
  let p: any = null
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 2)
  p = page_address(g)
  say(2901, 1, 'go')
  kfree(p)
  say(2902, page_ref_count(g), 'ref')
  say(2903, page_ref_count(nth_page(g, 1)), 'ref1')
})

lone('pg_kfree2c', () => {
  let p: any = null
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  p = page_address(g)
  say(3001, 1, 'go')
  kfree(p)
  say(3002, page_ref_count(g), 'ref')
})

lone('pg_kfree_mid', () => {
  let p: any = null
  let g: any = null
  g = alloc_page(GFP_KERNEL)
  p = page_address(g)
  say(3101, 1, 'go')
  kfree(p.add(100))
  say(3102, page_ref_count(g), 'ref')
})

lone('pg_freeslab', () => {
  let p: any = null
  let g: any = null
  p = kmalloc(256, GFP_KERNEL)
  g = virt_to_page(p)
  say(3201, 1, 'go')
  __free_page(g)
  say(3202, page_ref_count(g), 'ref')
})

lone('pg_freelarge', () => {
  let p: any = null
  let g: any = null
  p = kmalloc(20000, GFP_KERNEL)
  g = virt_to_page(p)
  say(3301, 1, 'go')
  __free_pages(g, compound_order(g))
  say(3302, page_ref_count(g), 'ref')
})

lone('pg_freelarge0', () => {
  let p: any = null
  let g: any = null
  p = kmalloc(20000, GFP_KERNEL)
  g = virt_to_page(p)
  say(3401, 1, 'go')
  __free_page(g)
  say(3402, page_ref_count(g), 'ref')
})

lone('put_page_comp_extra', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)
  put_page(g)
  say(3501, 1, 'go')
  put_page(nth_page(g, 1))
  say(3502, 1, 'done')
})

lone('pg_splitput', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 1)
  split_page(g, 1)
  say(3601, 1, 'go')
  put_page(nth_page(g, 1))
  say(3602, page_ref_count(nth_page(g, 1)), 'ref1')
  put_page(g)
  say(3603, page_ref_count(g), 'ref')
  say(3604, 1, 'done')
})

lone('pg_free_extra', () => {
  let g: any = null
  g = alloc_pages(GFP_KERNEL, 1)
  get_page(g)
  say(3701, 1, 'go')
  __free_pages(g, 1)
  say(3702, page_ref_count(g), 'ref')
  put_page(g)
  say(3703, page_ref_count(g), 'ref')
  say(3704, 1, 'done')
})
