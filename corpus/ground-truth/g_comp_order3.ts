// Case g_comp_order3: a compound block of eight pages is mapped page by page, and one of them goes into a pipe. The pipe's
// reference keeps the whole block after munmap and the driver's free.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 1 folio._pincount: no call of the surface reads it
// Varies: 2 folio._pincount: no call of the surface reads it
// Varies: 3 folio._pincount: no call of the surface reads it
// Varies: 4 folio._pincount: no call of the surface reads it
// Varies: 5 folio._pincount: no call of the surface reads it
import { __free_pages, PAGE_SIZE } from 'linux'
import type { Ptr } from 'linux'
import { close, MAP_ANONYMOUS, MAP_PRIVATE, mmap, munmap, pipe, PROT_READ, PROT_WRITE, read as readFile, vmsplice } from 'user'
import { allocate, driver, dumpBlock, freeBlock, mapBlock, program, read, state } from './driver.ts'
import { say } from './measure.ts'

program((fd) => {
  state.order = 3
  state.block = allocate(3)
  const m = mapBlock(fd)
  dumpBlock()

  state.step = 2
  const fds: number[] = []
  pipe(fds)
  const spliced = vmsplice(fds[1]!, [{ iov_base: m.add(2 * PAGE_SIZE), iov_len: 64 }], 1, 0)
  say(2, 'return', spliced)
  say(2, 'errno', spliced < 0 ? -spliced : 0)
  dumpBlock()

  state.step = 3
  munmap(m, PAGE_SIZE << 3)
  dumpBlock()
  state.step = 4
  driver(fd, freeBlock)
  dumpBlock()
  state.step = 5
  const other = allocate(3)
  dumpBlock(other)

  state.step = 6
  const buffer = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) as Ptr
  say(6, 'return', readFile(fds[0]!, buffer, 64))
  say(6, 'content', read(buffer))
  dumpBlock()
  state.step = 7
  close(fds[0]!)
  close(fds[1]!)
  dumpBlock()
  driver(fd, () => __free_pages(other, 3))
})
