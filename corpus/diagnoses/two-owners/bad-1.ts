// @era next memdesc
// @expect two-owners 9
//
// Version 1 of the series: an owning Page for a page that the vmalloc area owns.
import { Owned, drop } from 'kernel'
import { vfree, vmalloc, vmalloc_to_page } from 'linux'

const area = vmalloc(8192)!
const page = Owned.from_raw(vmalloc_to_page(area)!)
page.write_raw([1, 2, 3], 0, 3)
drop(page)
vfree(area)
