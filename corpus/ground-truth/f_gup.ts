// Case f_gup: `vm_insert_page` is one reference and one mapping, GUP one reference, and `munmap` gives the entry's back.
// After the driver's free the reference of GUP alone keeps the page and its bytes.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { get_user_pages_fast, FOLL_WRITE, page_address, PAGE_SIZE } from 'linux'
import { munmap } from 'user'
import { allocate, driver, dumpBlock, freeBlock, give, mapBlock, program, read, state, take } from './driver.ts'
import { say } from './measure.ts'

program((fd) => {
  state.block = allocate(0)
  dumpBlock()
  state.step = 2
  const m = mapBlock(fd)
  dumpBlock()
  say(2, 'user_reads', read(m))
  state.step = 3
  const held = take(fd, get_user_pages_fast, m.addr, FOLL_WRITE)!
  dumpBlock()
  state.step = 4
  munmap(m, PAGE_SIZE)
  dumpBlock()
  state.step = 5
  driver(fd, freeBlock)
  dumpBlock()
  driver(fd, () => say(5, 'data_in_page', read(page_address(held)!)))
  state.step = 6
  give(fd, held, false)
  dumpBlock()
})
