// @era v6.18 next memdesc
// @expect borrow-outlives-owner 8
//
// The page is borrowed from a box that the function drops at its end.
import { GFP_KERNEL, VBox } from 'kernel'
function first() { using v = VBox.new_uninit(8192, GFP_KERNEL); const [p] = v.page_iter(); return p! }
const p = first()
p.write_raw([1], 0, 1)
