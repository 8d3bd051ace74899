// Case bad_map: a driver puts a page once too often while an entry maps it. DEBUG_VM sees the mapping at the free; without
// it all is silent. At munmap the entry's put makes the count -1, with both.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-reports debug=on
import { PAGE_SIZE, put_page } from 'linux'
import { munmap } from 'user'
import { allocate, driver, dumpBlock, freeBlock, mapBlock, program, state } from './driver.ts'

program((fd) => {
  state.block = allocate(0)
  const m = mapBlock(fd)
  dumpBlock()
  driver(fd, freeBlock)
  dumpBlock()
  driver(fd, () => put_page(state.block!))
  dumpBlock()
  state.step = 2
  munmap(m, PAGE_SIZE)
  dumpBlock()
})
