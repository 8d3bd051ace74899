// Case f_free_while_mapped_insert: the entry's own reference keeps a page that the driver has freed.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { __free_page, PAGE_SIZE } from 'linux'
import { munmap } from 'user'
import { allocate, driver, dumpBlock, freeBlock, mapBlock, program, read, state } from './driver.ts'
import { say } from './measure.ts'

program((fd) => {
  state.block = allocate(0)
  const m = mapBlock(fd)
  say(1, 'user_reads', read(m))
  dumpBlock()
  state.step = 2
  driver(fd, freeBlock)
  dumpBlock()
  say(2, 'user_reads', read(m))
  state.step = 3
  const other = allocate(0)
  say(3, 'user_reads', read(m))
  dumpBlock()
  state.step = 4
  munmap(m, PAGE_SIZE)
  dumpBlock()
  driver(fd, () => __free_page(other))
})
