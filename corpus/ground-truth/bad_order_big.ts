// Case bad_order_big: a single page freed as order 1: the neighbour, which has an owner, becomes part of the next
// order-1 block and is zeroed. With DEBUG_VM the block is bad and not used again.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-badfree debug=on
import { __free_page, __free_pages, __GFP_ZERO, alloc_pages, GFP_KERNEL, nth_page, page_address, split_page } from 'linux'
import { dump, say } from './measure.ts'

const text = 'neighbour-data'
const b = alloc_pages(GFP_KERNEL, 1)!
split_page(b, 1)
const neighbour = nth_page(b, 1)
const data = page_address(neighbour)!
;[...text].forEach((c, i) => data.write_u8(i, c.charCodeAt(0)))
dump(1, 'b', b)
dump(1, 'b+1', neighbour)
__free_pages(b, 1)
dump(2, 'b', b)
dump(2, 'b+1', neighbour)
const r = alloc_pages(GFP_KERNEL | __GFP_ZERO, 1)!
say(3, 'r==b_(neighbour_is_inside_r)', r === b)
dump(3, 'b+1', neighbour)
const bytes = [...text].map((_, i) => data.read_u8(i)).filter((c) => c !== 0)
say(3, 'neighbour_data', bytes.length === 0 ? '(empty)' : String.fromCharCode(...bytes))
__free_page(neighbour)
dump(4, 'b+1', neighbour)
