// @era all
// @expect none
//
// Every error path of the file once: nothing stays in the cache, locked or held.
import { misc_register, misc_deregister, module_exit, pr_info, PAGE_SIZE } from 'linux'
import { fail_next } from 'sim'
import {
  spawn, open, close, fork, ioctl, mmap, munmap, read, waitpid, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, O_RDWR,
  PROT_READ, PROT_WRITE,
} from 'user'
import { file_fops, FTRUNCATE, PIN, UNPIN } from './filemap.ts'

const RW = PROT_READ | PROT_WRITE
const misc = { name: 'file', fops: file_fops }
misc_register(misc)
module_exit(() => misc_deregister(misc))

spawn('probe', () => {
  fail_next('kzalloc')
  pr_info(`no inode: ${open('/dev/file', O_RDWR)}`)

  const fd = open('/dev/file', O_RDWR)
  pr_info(`too large: ${ioctl(fd, FTRUNCATE, 5 * PAGE_SIZE)}`)
  pr_info(`nothing pinned: ${ioctl(fd, UNPIN)}`)
  ioctl(fd, FTRUNCATE, PAGE_SIZE)
  const m = mmap(null, 2 * PAGE_SIZE, RW, MAP_SHARED, fd, 0)
  const buf = mmap(null, PAGE_SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof m === 'number' || typeof buf === 'number') return

  fail_next('folio_alloc')
  pr_info(`read without a folio: ${read(fd, buf, 4)}`)
  pr_info(`read into nowhere: ${read(fd, buf.add(64 * PAGE_SIZE), 4)}`)

  const status = [0]
  waitpid(fork(() => void m.read_u8(PAGE_SIZE)), status)
  pr_info(`an access behind the end: signal ${status[0]}`)
  pr_info(`a pin behind the end: ${ioctl(fd, PIN, m.add(PAGE_SIZE))}`)
  fail_next('dma_map_page')
  pr_info(`a pin that the device cannot map: ${ioctl(fd, PIN, m)}`)
  ioctl(fd, PIN, m)
  pr_info(`a second pin: ${ioctl(fd, PIN, m)}`)
  munmap(m, 2 * PAGE_SIZE)
  close(fd)
})
