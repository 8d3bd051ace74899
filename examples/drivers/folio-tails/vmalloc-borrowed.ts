// @era all
// @expect none
//
// What message 14 says instead: the slice may not outlive the area, and then it needs no reference. The page is
// looked up when it is needed, mapped, and left alone. Nothing here asks whether there is a folio.
import {
  kmap_local_page, kunmap_local, vmalloc, vfree, PAGE_SIZE, pr_info, type Ptr,
} from 'linux'
import { addr_to_page } from './slice.ts'

/** Reads through the page while the owner's memory is there: the borrow ends before the function does. */
function borrow_read(p: Ptr): number {
  const m = kmap_local_page(addr_to_page(p))
  const value = m.read_u32(Number(p.addr % BigInt(PAGE_SIZE)))
  kunmap_local(m)
  return value
}

const area = vmalloc(4 * PAGE_SIZE)!
const p = area.add(2 * PAGE_SIZE + 64)
p.write_u32(0, 0xf0110)

pr_info(`before vfree(): 0x${borrow_read(p).toString(16)}`)
vfree(area)
