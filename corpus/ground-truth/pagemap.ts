// Case pagemap: two pages are mapped while the files of /proc were read; what those files said is not compared.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { PAGE_SIZE } from 'linux'
import { munmap } from 'user'
import { allocate, driver, freeBlock, mapBlock, program, state } from './driver.ts'

program((fd) => {
  state.order = 1
  state.block = allocate(1)
  const m = mapBlock(fd)
  munmap(m, PAGE_SIZE << 1)
  driver(fd, freeBlock)
})
