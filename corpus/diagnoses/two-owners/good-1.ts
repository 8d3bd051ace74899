// @era next memdesc
// @expect none
//
// The page is borrowed: the area stays its only owner.
import { GFP_KERNEL, VBox } from 'kernel'

using area = VBox.new_uninit(8192, GFP_KERNEL)
const [page] = area.page_iter()
page!.write_raw([1, 2, 3], 0, 3)
