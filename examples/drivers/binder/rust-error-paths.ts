// @era all
// @expect not-in-this-era page_range.ts:8 v6.12 v6.14
// @expect not-in-this-era rust_binder.ts:6 v6.12 v6.14
//
// Every error path of the Rust page range once, by fault injection: nothing is left behind.
import { KernelError } from 'kernel'
import { misc_register, misc_deregister, module_exit, pr_info } from 'linux'
import { fail_next, reclaim } from 'sim'
import {
  spawn, open, close, ioctl, mmap, mremap, munmap, fork, waitpid, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED,
  MREMAP_FIXED, MREMAP_MAYMOVE, O_RDWR, PROT_READ, PROT_WRITE,
} from 'user'
import { give_back, receive, SIZE } from './app.ts'
import { BC_FREE_BUFFER, BC_TRANSACTION, BINDER_SET_CONTEXT_MGR, binder_fops } from './binder.ts'
import * as page_range from './page_range.ts'
import { rust_binder } from './rust_binder.ts'
import { outlived } from './scenarios.ts'

const binder_alloc = rust_binder(page_range)
fail_next('list_lru_init')
pr_info(`no list: ${binder_alloc.shrinker_init() === null}`)
fail_next('shrinker_alloc')
pr_info(`no shrinker: ${binder_alloc.shrinker_init() === null}`)
const cleanup = binder_alloc.shrinker_init()
const misc = { name: 'binder', fops: binder_fops(binder_alloc) }
misc_register(misc)
module_exit(() => {
  misc_deregister(misc)
  cleanup?.()
})

spawn('probe', () => {
  fail_next('kmalloc')
  pr_info(`no process: ${open('/dev/binder', O_RDWR)}`)
  const fd = open('/dev/binder', O_RDWR)
  const map = (prot: number) => mmap(null, SIZE, prot, MAP_SHARED, fd, 0)
  const data = mmap(null, 3 * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof data === 'number') return
  // To itself: the sender is the receiver here.
  const send = (bytes: number): number => {
    data.write_u32(0, bytes)
    return ioctl(fd, BC_TRANSACTION, data)
  }
  pr_info(`nobody to send to: ${ioctl(fd, BC_TRANSACTION, 0)}`)
  ioctl(fd, BINDER_SET_CONTEXT_MGR)
  pr_info(`no area yet: ${send(100)}`)
  pr_info(`for writing: ${map(PROT_READ | PROT_WRITE)}`)
  fail_next('kvmalloc')
  pr_info(`no array: ${map(PROT_READ)}`)
  waitpid(fork(() => pr_info(`another address space: ${map(PROT_READ)}`)))
  const m = map(PROT_READ)
  if (typeof m === 'number') return
  pr_info(`a second area: ${map(PROT_READ)}`)

  fail_next('alloc_page')
  pr_info(`no page: ${send(100)}`)
  fail_next('vm_insert_page')
  pr_info(`no entry: ${send(100)}`)
  pr_info(`more than there is: ${send(2 * SIZE)}`)
  pr_info(`no such buffer: ${ioctl(fd, BC_FREE_BUFFER, 64)}`)
  pr_info(`sent: ${send(100)}`)
  pr_info(`not delivered yet: ${ioctl(fd, BC_FREE_BUFFER, 0)}`)
  const service = { fd, map: m }
  const at = receive(service)
  pr_info(`given back: ${give_back(service, at)}`)
  pr_info(`twice: ${give_back(service, at)}`)
  pr_info(`the shrinker frees ${reclaim(1)}`)

  const range = page_range.ShrinkablePageRange.new()
  try {
    range.copy_from_user_slice(m, 0, 1)
  } catch (error) {
    pr_info(`beyond the area: ${(error as KernelError).errno}`)
  }
  range.release()

  const moved = mremap(m, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x10000000)
  if (typeof moved === 'number') return
  pr_info(`after mremap(): ${send(100)}`)
  munmap(moved, SIZE)
  close(fd)

  const again = open('/dev/binder', O_RDWR)
  const area = mmap(null, SIZE, PROT_READ, MAP_SHARED, again, 0)
  ioctl(again, BINDER_SET_CONTEXT_MGR)
  if (typeof area !== 'number') outlived({ fd: again, map: area })
})
