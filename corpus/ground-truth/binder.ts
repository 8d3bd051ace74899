// Case binder: a buffer's page has two references, the driver's and the entry's. Given back, it waits on the list, mapped
// and readable; the shrinker zaps it and frees it. After `mremap` the shrinker finds no area at the address it remembers:
// it gives up the driver's reference, and the moved entry keeps the page.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 4 page1.page_ref_count: on the kernel with KASAN others of the system had taken the free page for a slab by then
// Varies: 4 page1._mapcount+1: on the kernel with KASAN others of the system had taken the free page for a slab by then
// Varies: 4 page1.flags: on the kernel with KASAN others of the system had taken the free page for a slab by then
// Varies: 4 page2.page_ref_count: on the kernel with KASAN others of the system had taken the free page for a slab by then
// Varies: 4 page2._mapcount+1: on the kernel with KASAN others of the system had taken the free page for a slab by then
// Varies: 4 page2.flags: on the kernel with KASAN others of the system had taken the free page for a slab by then
import { copy_from_user, current, kfree, kmalloc, GFP_KERNEL, PAGE_SIZE, vma_lookup } from 'linux'
import type { page, Ptr } from 'linux'
import { pte_get, reclaim } from 'sim'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, mmap, mremap, MREMAP_FIXED, MREMAP_MAYMOVE, munmap } from 'user'
import { open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'
import { alloc, ASK, countWaiting, FREE_BUFFER, load, PAGES, pagesLine, TRANSACTION } from './binder-driver.ts'
import { dump, say } from './measure.ts'

const BYTES = 12_000
let step = 1
let pages: (page | null)[] = []

function stats() {
  say(step, 'binder_stats', `buffers:_${alloc.buffers}`)
  say(step, 'binder_stats', `pages:_${pagesLine()}`)
  say(step, 'binder_stats', `pages_high_watermark:_${alloc.high}`)
}

function dumpPages() {
  pages.slice(0, 3).forEach((one, i) => dump(step, `page${i}`, one!))
}

/** The measurement went through the two shrinkers of this name that it found; the first counted nothing. */
function shrink() {
  for (const used of [false, true]) {
    const count = used ? countWaiting() : 0
    say(step, 'shrinker.count', count === 0 ? '' : `0_${count}_`)
    if (used) reclaim(count)
    say(step, 'shrinker.scan.write', '7')
    say(step, 'shrinker.count_after', '(empty)')
  }
}

/** Runs code in the driver, in the context of the program that has it open. */
function inDriver(fd: number, code: () => void) {
  alloc.ask = code
  ioctl(fd, ASK)
}

/** What the program finds there: a child cannot look, the area is VM_DONTCOPY. */
function look(fd: number, address: bigint, what: string, p: Ptr) {
  inDriver(fd, () => {
    const text = kmalloc(16, GFP_KERNEL)!
    const left = copy_from_user(text, p, 13)
    const found = String.fromCharCode(...Array.from({ length: 13 }, (_, i) => (left === 0 ? text.read_u8(i) : 32)))
    const area = vma_lookup(current.mm!, address)
    say(step, what, left === 0 ? found : area === null ? 'signal_11' : 'signal_7')
    kfree(text)
  })
}

function client(text: string): number {
  let result = 0
  waitpid(spawn('client', () => {
    const data = mmap(null, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) as Ptr
    data.write_u32(0, BYTES)
    ;[...text].forEach((c, i) => data.write_u8(8 + i, c.charCodeAt(0)))
    result = ioctl(open('/dev/binder', 2), TRANSACTION, data)
  }))
  return result === 0 ? 1 : 4
}

function send(what: string, text: string) {
  say(step, what, client(text))
  if (alloc.vma !== null) {
    say(step, 'buffer-mapping', 0)
    pages = alloc.pages.slice()
  }
  stats()
}

load()
waitpid(spawn('server', () => {
  const fd = open('/dev/binder', 2)
  say(1, 'open.errno', 0)
  const map = mmap(null, PAGES * PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  say(1, 'mmap.errno', typeof map === 'number' ? -map : 0)
  if (typeof map === 'number') return
  say(1, 'set_context_mgr', 0)
  stats()

  step = 2
  send('client_result_bits(1=complete,2=failed,4=dead)', 'binder-data-1')
  dumpPages()
  look(fd, map.addr, 'server_reads', map)

  step = 3
  say(3, 'BC_FREE_BUFFER.return', ioctl(fd, FREE_BUFFER))
  stats()
  dumpPages()
  look(fd, map.addr, 'server_reads_freed_buffer', map)

  step = 4
  shrink()
  stats()
  dumpPages()
  inDriver(fd, () => say(4, 'pagemap.pfn_present', pte_get(current.mm!, map.addr) !== 0n))
  look(fd, map.addr, 'server_reads_freed_buffer', map)

  step = 5
  send('client_result_bits', 'binder-data-2')
  dumpPages()

  step = 6
  say(6, 'BC_FREE_BUFFER.return', ioctl(fd, FREE_BUFFER))
  stats()

  step = 7
  const moved = mremap(map, PAGES * PAGE_SIZE, PAGES * PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, map.addr - 262_144n)
  say(7, 'mremap.errno', typeof moved === 'number' ? -moved : 0)
  if (typeof moved === 'number') return
  say(7, 'moved_by', Number(moved.addr - map.addr))
  stats()
  dumpPages()
  look(fd, map.addr, 'read_old_address', map)
  look(fd, moved.addr, 'read_new_address', moved)

  step = 8
  shrink()
  stats()
  dumpPages()
  inDriver(fd, () => say(8, 'pagemap_new_address_still_present', pte_get(current.mm!, moved.addr) !== 0n))
  look(fd, moved.addr, 'read_new_address', moved)

  step = 9
  send('client_result_bits', 'binder-data-3')
  look(fd, moved.addr, 'read_new_address', moved)

  step = 10
  munmap(moved, PAGES * PAGE_SIZE)
  dumpPages()
  say(11, 'done', 1)
}))
