// @era all
// @expect none
//
// A normal entry lets GUP-fast in: vmsplice() takes a reference (2 becomes 3), the shrinker zaps and frees (1), and the pipe
// keeps the page. Nobody else gets it before the pipe is read. Under memdesc nothing can be taken: -EEXIST.
import { pr_info, PAGE_SIZE } from 'linux'
import { reclaim } from 'sim'
import { mmap, munmap, pipe, read, vmsplice, MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE } from 'user'
import { binder_alloc } from './binder_alloc.ts'
import { give_back, run, transact, type Service } from './app.ts'

function scenario(service: Service): void {
  const at = transact(service)
  const fds: number[] = []
  pipe(fds)
  pr_info(`vmsplice: ${vmsplice(fds[1]!, [{ iov_base: service.map.add(at), iov_len: 64 }], 1, 0)}`)
  give_back(service, at)
  pr_info(`the shrinker frees ${reclaim(3)}`)
  const buf = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof buf === 'number') return
  buf.write_u32(0, 0)
  if (vmsplice(fds[1]!, [{ iov_base: buf.add(64), iov_len: 64 }], 1, 0) !== 64) return
  read(fds[0]!, buf, 64)
  pr_info(`out of the pipe: 0x${buf.read_u32(0).toString(16)}`)
  munmap(buf, PAGE_SIZE)
}

run(binder_alloc, scenario)
