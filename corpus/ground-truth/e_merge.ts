// Case e_merge: `sg_alloc_table_from_pages` makes one entry of pages that ascend without a hole, and takes no
// references.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// From: 1 sg[0].pfn
import { __free_pages, alloc_pages, for_each_sgtable_sg, GFP_KERNEL, nth_page, PAGE_SIZE, sg_alloc_table_from_pages, sg_free_table } from 'linux'
import { page_to_pfn, sg_alloc_table_from_pages_segment, sg_page, sg_table } from 'linux'
import { count, say } from './measure.ts'

const blk = alloc_pages(GFP_KERNEL, 3)!

function table(step: number, numbers: number[], offset = 0, size = numbers.length * PAGE_SIZE, max = 0) {
  const sgt = new sg_table()
  const pages = numbers.map((n) => nth_page(blk, n))
  const result =
    max === 0
      ? sg_alloc_table_from_pages(sgt, pages, pages.length, offset, size, GFP_KERNEL)
      : sg_alloc_table_from_pages_segment(sgt, pages, pages.length, offset, size, max, GFP_KERNEL)
  say(step, 'return', result)
  say(step, 'orig_nents', sgt.orig_nents)
  say(step, 'nents', sgt.nents)
  for_each_sgtable_sg(sgt, (sg, i) => {
    say(step, `sg[${i}].length`, sg.length)
    say(step, `sg[${i}].offset`, sg.offset)
    say(step, `sg[${i}].pfn`, page_to_pfn(sg_page(sg)) - page_to_pfn(blk))
  })
  return sgt
}

const first = table(1, [0, 1, 2, 3])
count(1, 'blk', blk)
sg_free_table(first)
sg_free_table(table(2, [0, 1, 3, 5, 6, 7]))
sg_free_table(table(3, [0, 1, 2, 3], 100, 9000))
sg_free_table(table(4, [3, 2, 1, 0]))
sg_free_table(table(5, [0, 1, 2, 3], 0, 4 * PAGE_SIZE, 8192))
count(6, 'blk', blk)
__free_pages(blk, 3)
