// @era all
// @expect none
//
// What message 14 says instead: the slice may not outlive the area, and then it needs no reference. The page is
// looked up when it is needed, mapped, and left alone. Nothing here asks whether there is a folio.
import { vmalloc, vfree, PAGE_SIZE, pr_info } from 'linux'
import { borrow_read } from './slice.ts'

const area = vmalloc(4 * PAGE_SIZE)!
const p = area.add(2 * PAGE_SIZE + 64)
p.write_u32(0, 0xf0110)

pr_info(`before vfree(): 0x${borrow_read(p).toString(16)}`)
vfree(area)
