// @era all
// @expect none
//
// A structure of owners is moved out of its function and dropped field by field.
import { drop, GFP_KERNEL, KVec, Page, VBox } from 'kernel'
class Drv { img = VBox.new_uninit(8192, GFP_KERNEL); tbl = KVec.with_capacity<number>(16, GFP_KERNEL); pg = Page.alloc_page(GFP_KERNEL) }
function probe() { const d = new Drv(); d.tbl.push(1, GFP_KERNEL); return d }
const d = probe()
d.pg.fill_zero_raw(0, 4)
drop(d)
