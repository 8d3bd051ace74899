// Case f_anon: anonymous memory. A touched page has two references; GUP adds one, a pin 1024; what may not be accessed
// cannot be taken; the zero page can.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 2 got_page-blk: the distance of two pages that have nothing to do with each other
// Varies: 4 got_page-blk: the distance of two pages that have nothing to do with each other
// Varies: 6 got_page-blk: the distance of two pages that have nothing to do with each other
// Varies: 11 got_page-blk: the distance of two pages that have nothing to do with each other
import { FOLL_WRITE, get_user_pages_fast, PAGE_SIZE, pin_user_pages_fast } from 'linux'
import type { Ptr } from 'linux'
import { MAP_ANONYMOUS, MAP_PRIVATE, mmap, munmap, PROT_NONE, PROT_READ, PROT_WRITE } from 'user'
import { give, program, state, take, write } from './driver.ts'
import type { Taker } from './driver.ts'
import { say } from './measure.ts'

program((fd) => {
  const map = (prot: number) => mmap(null, PAGE_SIZE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) as Ptr
  const got = (step: number, call: Taker, address: bigint, flags: number) => {
    state.step = step
    return take(fd, call, address, flags, null)
  }
  const tried = (step: number, call: Taker, address: bigint, flags: number) => {
    const page = got(step, call, address, flags)
    say(step, 'result', page === null ? -14 : 1)
    return page
  }
  const m = map(PROT_READ | PROT_WRITE)
  write(m, 'user-data')
  const held = tried(2, get_user_pages_fast, m.addr, FOLL_WRITE)!
  state.step = 3
  give(fd, held, false)
  tried(4, pin_user_pages_fast, m.addr, FOLL_WRITE)
  state.step = 5
  give(fd, held, true)
  got(6, pin_user_pages_fast, m.addr, FOLL_WRITE)
  munmap(m, PAGE_SIZE)
  state.step = 7
  give(fd, held, true)
  tried(8, get_user_pages_fast, m.addr, FOLL_WRITE)
  tried(9, get_user_pages_fast, 0x1000n, FOLL_WRITE)
  const readOnly = map(PROT_READ)
  tried(10, get_user_pages_fast, readOnly.addr, FOLL_WRITE)
  const zero = tried(11, get_user_pages_fast, readOnly.addr, 0)!
  give(fd, zero, false)
  tried(12, get_user_pages_fast, map(PROT_NONE).addr, 0)
})
