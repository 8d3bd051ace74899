// @era all
// @expect none
//
// Every error path of the allocator once, by fault injection: nothing is left behind.
import { misc_register, misc_deregister, module_exit, pr_info, PAGE_SIZE } from 'linux'
import { fail_next, reclaim } from 'sim'
import {
  spawn, open, close, ioctl, mmap, mremap, munmap, fork, waitpid, MAP_SHARED, MREMAP_FIXED, MREMAP_MAYMOVE, O_RDWR,
  PROT_READ, PROT_WRITE,
} from 'user'
import { BC_FREE_BUFFER, BC_TRANSACTION, BINDER_READ, BINDER_SET_CONTEXT_MGR, binder_fops } from './binder.ts'
import { binder_alloc as binder_alloc_of } from './binder_alloc.ts'
import { binder_pages } from './binder_pages.ts'
import { give_back, receive, send, SIZE } from './app.ts'
import { outlived } from './scenarios.ts'

const binder_alloc = binder_alloc_of(binder_pages)
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
  fail_next('kzalloc')
  pr_info(`no process: ${open('/dev/binder', O_RDWR)}`)
  const fd = open('/dev/binder', O_RDWR)
  const map = (prot: number) => mmap(null, SIZE, prot, MAP_SHARED, fd, 0)
  pr_info(`nobody to send to: ${ioctl(fd, BC_TRANSACTION, 0)}`)
  ioctl(fd, BINDER_SET_CONTEXT_MGR)
  pr_info(`a second manager: ${ioctl(fd, BINDER_SET_CONTEXT_MGR)}`)
  pr_info(`no area yet: ${send(1, 100)}`)
  pr_info(`for writing: ${map(PROT_READ | PROT_WRITE)}`)
  fail_next('kvzalloc')
  pr_info(`no array: ${map(PROT_READ)}`)
  const child = fork(() => pr_info(`another address space: ${map(PROT_READ)}`))
  waitpid(child)
  const m = map(PROT_READ)
  if (typeof m === 'number') return
  pr_info(`a second area: ${map(PROT_READ)}`)

  fail_next('alloc_page')
  pr_info(`no page: ${send(1, 100)}`)
  fail_next('vm_insert_page')
  pr_info(`no entry: ${send(1, 100)}`)
  pr_info(`more than there is: ${send(1, 2 * SIZE)}`)
  pr_info(`nothing to read: ${ioctl(fd, BINDER_READ)}`)
  pr_info(`no such buffer: ${ioctl(fd, BC_FREE_BUFFER, 64)}`)
  pr_info(`sent: ${send(1, 100)}`)
  pr_info(`not delivered yet: ${ioctl(fd, BC_FREE_BUFFER, 0)}`)
  const service = { fd, map: m }
  const at = receive(service)
  pr_info(`given back: ${give_back(service, at)}`)
  pr_info(`twice: ${give_back(service, at)}`)

  pr_info(`the shrinker frees ${reclaim(1)}`)
  const status = [0]
  const moved = mremap(m, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x10000000)
  if (typeof moved === 'number') return
  pr_info(`after mremap(): ${send(1, 100)}`)
  waitpid(fork(() => moved.read_u8(0)), status)
  munmap(moved, SIZE)
  close(fd)

  const again = open('/dev/binder', O_RDWR)
  const area = mmap(null, SIZE, PROT_READ, MAP_SHARED, again, 0)
  ioctl(again, BINDER_SET_CONTEXT_MGR)
  if (typeof area !== 'number') outlived({ fd: again, map: area })
})
