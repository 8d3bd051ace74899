/**
 * A graphics client: it maps a buffer, draws, says that it could do without the contents, and comes back after memory
 * has become short. A child that was forked in between has the buffer mapped as well.
 */
import {
  alloc_page, __free_page, memcpy_to_page, kmalloc, kfree, misc_register, misc_deregister, module_exit, pr_info,
  GFP_KERNEL, PAGE_SIZE, type file_operations, type page,
} from 'linux'
import { reclaim } from 'sim'
import { spawn, open, close, ioctl, mmap, munmap, fork, waitpid, MAP_SHARED, O_RDWR, PROT_READ, PROT_WRITE } from 'user'

const GEM_CREATE = 1
const GEM_MADV_DONTNEED = 2
const GEM_MADV_WILLNEED = 3
const RING_RESET = 4
const PAGES = 2
const SIZE = PAGES * PAGE_SIZE

/** Somebody else in the kernel, who gets the pages that were freed last, and keeps them. */
const others: page[] = []
function others_allocate(): void {
  const secret = kmalloc(16, GFP_KERNEL)!
  secret.write_u32(0, 0x5ec12e7)
  for (let i = 0; i < PAGES; i++) {
    const page = alloc_page(GFP_KERNEL)!
    memcpy_to_page(page, 0, secret, 4)
    others.push(page)
  }
  kfree(secret)
}

function client(): void {
  const fd = open('/dev/dri', O_RDWR)
  const ring = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof ring === 'number') return
  ring.write_u32(0, 1)
  ioctl(fd, RING_RESET)

  const handle = ioctl(fd, GEM_CREATE, SIZE)
  const m = mmap(null, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, handle << 20)
  if (typeof m === 'number') return
  m.write_u32(0, 0xd4a3)
  m.write_u32(PAGE_SIZE, 0xd4a4)

  ioctl(fd, GEM_MADV_DONTNEED)
  const child = fork(() => {
    pr_info(`memory is short: ${reclaim()} pages were freed`)
    others_allocate()
    pr_info(`are the contents still there: ${ioctl(fd, GEM_MADV_WILLNEED)}`)
    // A client that believes the driver does not look any more; this one does.
    pr_info(`it sees 0x${m.read_u32(0).toString(16)}`)
  })
  const status = [0]
  waitpid(child, status)
  pr_info(`the child that looked: signal ${status[0]}`)
  munmap(m, SIZE)
  munmap(ring, PAGE_SIZE)
  close(fd)
}

/** Loads the driver, runs the client, unloads. */
export function run(fops: file_operations, shrinker_init: () => (() => void) | null): void {
  const cleanup = shrinker_init()
  const misc = { name: 'dri', fops }
  misc_register(misc)
  module_exit(() => {
    misc_deregister(misc)
    cleanup?.()
    for (const page of others) __free_page(page)
  })
  spawn('client', client)
}
