// @era all
// @expect none
//
// Every error path of the buffer objects once, by fault injection: nothing is left behind.
import { misc_register, misc_deregister, module_exit, pr_info, PAGE_SIZE } from 'linux'
import { fail_next } from 'sim'
import { spawn, open, close, ioctl, mmap, munmap, MAP_PRIVATE, MAP_SHARED, O_RDWR, PROT_READ, PROT_WRITE } from 'user'
import { GEM_CREATE, gem_fops, gem_shrinker_init, mmap_offset } from './gem.ts'

const RW = PROT_READ | PROT_WRITE
const SIZE = 2 * PAGE_SIZE

fail_next('shrinker_alloc')
pr_info(`no shrinker: ${gem_shrinker_init() === null}`)
const cleanup = gem_shrinker_init()
const misc = { name: 'dri', fops: gem_fops }
misc_register(misc)
module_exit(() => {
  misc_deregister(misc)
  cleanup?.()
})

spawn('probe', () => {
  fail_next('kzalloc')
  pr_info(`no file: ${open('/dev/dri', O_RDWR)}`)
  fail_next('get_zeroed_page')
  pr_info(`no ring: ${open('/dev/dri', O_RDWR)}`)

  const fd = open('/dev/dri', O_RDWR)
  pr_info(`madvise without a buffer: ${ioctl(fd, 2)}`)
  pr_info(`mmap without a buffer: ${mmap(null, SIZE, RW, MAP_SHARED, fd, mmap_offset(1))}`)
  pr_info(`odd size: ${ioctl(fd, GEM_CREATE, 100)}`)
  fail_next('kzalloc')
  pr_info(`no object: ${ioctl(fd, GEM_CREATE, SIZE)}`)

  const handle = ioctl(fd, GEM_CREATE, SIZE)
  const map = (flags: number, offset: number, size = SIZE) => mmap(null, size, RW, flags, fd, offset)
  pr_info(`another offset: ${map(MAP_SHARED, mmap_offset(handle + 1))}`)
  pr_info(`more than the buffer: ${map(MAP_SHARED, mmap_offset(handle), 2 * SIZE)}`)
  pr_info(`private: ${map(MAP_PRIVATE, mmap_offset(handle))}`)
  fail_next('kcalloc')
  pr_info(`no array: ${map(MAP_SHARED, mmap_offset(handle))}`)
  fail_next('alloc_page')
  pr_info(`no page: ${map(MAP_SHARED, mmap_offset(handle))}`)

  const m = map(MAP_SHARED, mmap_offset(handle))
  if (typeof m === 'number') return
  m.write_u32(PAGE_SIZE, 1)
  munmap(m, SIZE)
  close(fd)
})
