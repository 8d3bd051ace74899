/** A program that maps a file, has a device pin its first page, and makes the file shorter under the pin. */
import { misc_register, misc_deregister, module_exit, pr_info, PAGE_SIZE, type file_operations } from 'linux'
import { spawn, open, close, ioctl, mmap, munmap, read, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, O_RDWR, PROT_READ,
  PROT_WRITE } from 'user'

const FTRUNCATE = 1
const PIN = 2
const UNPIN = 3
const STAT = 4
const RW = PROT_READ | PROT_WRITE

function truncate_under_a_pin(): void {
  const fd = open('/dev/file', O_RDWR)
  ioctl(fd, FTRUNCATE, 2 * PAGE_SIZE)
  const m = mmap(null, 2 * PAGE_SIZE, RW, MAP_SHARED, fd, 0)
  const buf = mmap(null, PAGE_SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof m === 'number' || typeof buf === 'number') return
  m.write_u32(0, 0xf11e)
  m.write_u32(PAGE_SIZE, 0xf11f)
  const step = (what: string): void => {
    pr_info(what)
    ioctl(fd, STAT)
  }
  step('written: cache and entry')
  ioctl(fd, PIN, m)
  step('pinned')
  ioctl(fd, FTRUNCATE, 0)
  step('truncated under the pin')
  ioctl(fd, FTRUNCATE, 2 * PAGE_SIZE)
  pr_info(`the file again reads ${m.read_u32(0)}: another folio`)
  step('the device still has the old one')
  ioctl(fd, UNPIN)
  read(fd, buf, 4)
  pr_info(`what the device wrote last is not in the file: ${buf.read_u32(0)}`)
  munmap(m, 2 * PAGE_SIZE)
  close(fd)
}

export function run(fops: file_operations): void {
  const misc = { name: 'file', fops }
  misc_register(misc)
  module_exit(() => misc_deregister(misc))
  spawn('truncate', truncate_under_a_pin)
}
