/** The cases f_mremap_*: a driver that remembers an address, and a program that moves the mapping. */
import { current, PAGE_SIZE, vma_lookup, zap_page_range_single } from 'linux'
import { MREMAP_FIXED, MREMAP_MAYMOVE, mremap, munmap } from 'user'
import { allocate, driver, dumpBlock, freeBlock, mapBlock, probe, program, read, state } from './driver.ts'
import { say } from './measure.ts'

function sayLookup(fd: number) {
  driver(fd, () => {
    const found = vma_lookup(current.mm!, state.address)
    say(state.step, 'vma_lookup(remembered_addr)', found === null ? 'NULL' : 'own_vma')
  })
}

/** `byNew`: the driver zaps at the address where the area is now, else at the one it remembers. */
export function moved(byNew: boolean) {
  // A child that lives to its end would touch the page once more than the measured program did.
  const readNew = byNew ? probe : read
  program((fd) => {
    state.block = allocate(0)
    const old = mapBlock(fd)
    dumpBlock()
    sayLookup(fd)

    state.step = 2
    const m = mremap(old, PAGE_SIZE, PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, old.addr - 8192n)
    say(2, 'mremap.errno', typeof m === 'number' ? -m : 0)
    if (typeof m === 'number') return
    say(2, 'new-old', Number(m.addr - old.addr))
    dumpBlock()
    sayLookup(fd)
    say(2, 'read_old', probe(old))
    say(2, 'read_new', read(m))

    state.step = 3
    driver(fd, () => {
      const area = state.moved!
      say(3, 'vma.vm_start-remembered_addr', Number(area.vm_start - state.address))
      zap_page_range_single(area, byNew ? area.vm_start : state.address, PAGE_SIZE, null)
      say(3, 'zap_called', 1)
    })
    dumpBlock()
    say(3, 'read_new_after_zap', readNew(m))

    state.step = 4
    driver(fd, freeBlock)
    dumpBlock()
    say(4, 'read_new_after_free', readNew(m))

    state.step = 5
    munmap(m, PAGE_SIZE)
    dumpBlock()
  })
}
