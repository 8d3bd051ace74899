// Case f_gup_order2comp: the pages of a compound block, inserted one by one: every entry is a reference of the head, and
// each page counts its own mapping.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 1 folio._pincount: no call of the surface reads it
// Varies: 2 folio._pincount: no call of the surface reads it
// Varies: 3 folio._pincount: no call of the surface reads it
// Varies: 4 folio._pincount: no call of the surface reads it
// Varies: 5 folio._pincount: no call of the surface reads it
import { get_user_pages_fast, FOLL_WRITE, page_address, PAGE_SIZE } from 'linux'
import { munmap } from 'user'
import { allocate, driver, dumpBlock, freeBlock, give, mapBlock, program, read, state, take } from './driver.ts'
import { say } from './measure.ts'

program((fd) => {
  state.order = 2
  state.block = allocate(2)
  dumpBlock()
  state.step = 2
  const m = mapBlock(fd)
  dumpBlock()
  say(2, 'user_reads', read(m))
  state.step = 3
  const held = take(fd, get_user_pages_fast, m.addr, FOLL_WRITE)!
  dumpBlock()
  state.step = 4
  munmap(m, PAGE_SIZE << 2)
  dumpBlock()
  state.step = 5
  driver(fd, freeBlock)
  dumpBlock()
  driver(fd, () => say(5, 'data_in_page', read(page_address(held)!)))
  state.step = 6
  give(fd, held, false)
  dumpBlock()
})
