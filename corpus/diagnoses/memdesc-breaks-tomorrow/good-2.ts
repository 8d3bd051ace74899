// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A page of a vmalloc area is borrowed for a bounded time, without counting it.
import { kmap_local_page, kunmap_local, vfree, vmalloc_to_page, vzalloc } from 'linux'

const area = vzalloc(8192)!
const page = vmalloc_to_page(area.add(4096))
const bytes = kmap_local_page(page!)
bytes.write_u32(0, 1)
kunmap_local(bytes)
vfree(area)
