/** The cases f_kind_*: what GUP, pins and pipes do with a page that is mapped in one of three ways. */
import { FOLL_LONGTERM, FOLL_WRITE, get_user_pages_fast, PAGE_SIZE, pin_user_pages_fast } from 'linux'
import { close, munmap, pipe, vmsplice, write } from 'user'
import { allocate, driver, dumpBlock, freeBlock, give, mapBlock, memRead, program, read, state, take } from './driver.ts'
import type { How, Taker } from './driver.ts'
import { say } from './measure.ts'

/** A result as C has it: -1 and errno. */
function sayResult(name: string, result: number) {
  say(state.step, `${name}return`, result < 0 ? -1 : result)
  if (name !== 'write.') say(state.step, name === '' ? 'errno' : `${name}errno`, result < 0 ? -result : 0)
}

export function kinds(how: How) {
  program((fd) => {
    state.how = how
    state.block = allocate(0)
    const m = mapBlock(fd)
    say(1, 'user_reads', read(m))
    dumpBlock()

    const takeBack = (step: number, call: Taker, flags: number, pinned: boolean) => {
      state.step = step
      const held = take(fd, call, m.addr, flags)
      say(step, 'result', held === null ? -14 : 1)
      if (held === null) return
      dumpBlock()
      give(fd, held, pinned)
    }
    takeBack(2, get_user_pages_fast, 0, false)
    takeBack(3, get_user_pages_fast, FOLL_WRITE, false)
    takeBack(4, pin_user_pages_fast, 0, true)
    takeBack(5, pin_user_pages_fast, FOLL_WRITE, true)
    takeBack(6, pin_user_pages_fast, FOLL_WRITE | FOLL_LONGTERM, true)

    state.step = 7
    const first: number[] = []
    pipe(first)
    sayResult('vmsplice.', vmsplice(first[1]!, [{ iov_base: m, iov_len: 64 }], 1, 0))
    dumpBlock()
    state.step = 8
    close(first[0]!)
    close(first[1]!)
    dumpBlock()

    state.step = 9
    const second: number[] = []
    pipe(second)
    sayResult('write.', write(second[1]!, m, 64))
    close(second[0]!)
    close(second[1]!)

    state.step = 11
    const bytes = memRead(fd, m.addr)
    sayResult('', bytes < 0 ? -5 : bytes)

    state.step = 12
    munmap(m, PAGE_SIZE)
    dumpBlock()
    state.step = 13
    driver(fd, freeBlock)
    dumpBlock()
  })
}
