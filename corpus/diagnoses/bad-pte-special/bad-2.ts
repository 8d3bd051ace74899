// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect bad-pte-special 19
//
// A special entry, made by hand, in an ordinary area.
import { alloc_page, __free_page, current, GFP_KERNEL, misc_deregister, misc_register, module_exit } from 'linux'
import { page_to_phys, PAGE_SIZE } from 'linux'
import type { file } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'
import { pte_set } from 'sim'

// Bits of an x86-64 entry.
const PRESENT = 1n
const USER = 4n
const SPECIAL = 0x200n

const block = alloc_page(GFP_KERNEL)!
const fops = {
  ioctl: (f: file, cmd: number, at: bigint) => {
    pte_set(current.mm!, at, page_to_phys(block) | PRESENT | USER | SPECIAL)
    return 0
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/bar', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof at === 'number') return
  ioctl(fd, 1, at.addr)
  munmap(at, PAGE_SIZE)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  __free_page(block)
})
