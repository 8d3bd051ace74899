// @expect none
import { pr_info, PAGE_SIZE } from 'linux'
import {
  spawn,
  mmap,
  munmap,
  pipe,
  vmsplice,
  read,
  write,
  close,
  fork,
  waitpid,
  exit,
  PROT_READ,
  PROT_WRITE,
  MAP_PRIVATE,
  MAP_ANONYMOUS,
} from 'user'
spawn('app', () => {
  const m = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof m === 'number') return
  m.write_u8(0, 5)
  const fds: number[] = []
  pipe(fds)
  const n = vmsplice(fds[1]!, [{ iov_base: m, iov_len: 16 }], 1, 0)
  m.write_u8(0, 6)
  const out = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof out === 'number') return
  const got = read(fds[0]!, out, 16)
  pr_info(`spliced ${n} read ${got} byte ${out.read_u8(0)}`)
  m.write_u8(1, 77)
  write(fds[1]!, m, 2)
  const pid = fork(() => {
    const r = read(fds[0]!, out, 2)
    pr_info(`child ${r} ${out.read_u8(1)}`)
    exit(0)
  })
  waitpid(pid)
  pr_info(`parent ${out.read_u8(1)}`)
  munmap(m, PAGE_SIZE)
  munmap(out, PAGE_SIZE)
  close(fds[0]!)
  close(fds[1]!)
})
