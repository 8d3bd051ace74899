/** What the service does besides: it moves its mapping away, unmaps it, or gives a page of it to a pipe. */
import { pr_info, PAGE_SIZE } from 'linux'
import { kswapd, reclaim } from 'sim'
import {
  mmap, mremap, munmap, pipe, read, vmsplice, MAP_ANONYMOUS, MAP_PRIVATE, MREMAP_FIXED, MREMAP_MAYMOVE, PROT_READ,
  PROT_WRITE,
} from 'user'
import { give_back, receive, send, SIZE, stats, transact, type Service } from './app.ts'

export function moved(service: Service): void {
  const at = transact(service)
  give_back(service, at)
  const moved = mremap(service.map, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x10000000)
  if (typeof moved === 'number') return
  stats(service)
  pr_info(`the shrinker frees ${reclaim(3)}`)
  pr_info(`and the service still reads 0x${moved.read_u32(at).toString(16)}`)
  pr_info(`the next transaction: ${send(0x2bad, 100)}`)
  munmap(moved, SIZE)
}

export function spliced(service: Service): void {
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

/** One transaction, given back, and memory pressure. */
export function reclaimed(service: Service): void {
  give_back(service, transact(service))
  pr_info(`the shrinker frees ${reclaim(3)}`)
}

/** One page is available, and kswapd may come at any time: before, during and after what the service does then. */
function under_pressure(service: Service): void {
  send(0x10ad, PAGE_SIZE)
  give_back(service, receive(service))
  kswapd(1)
}

/** Race A of the thread: munmap() detaches the area, lets readers in, and clears the entries after that. */
export function munmap_race(service: Service): void {
  under_pressure(service)
  munmap(service.map, SIZE)
}

/** Race B of the thread: mremap() moves the area. */
export function mremap_race(service: Service): void {
  under_pressure(service)
  const moved = mremap(service.map, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x10000000)
  if (typeof moved !== 'number') munmap(moved, SIZE)
}

/** Race C: vmsplice() takes a reference by GUP-fast, which looks at no lock. */
export function vmsplice_race(service: Service): void {
  const fds: number[] = []
  pipe(fds)
  under_pressure(service)
  vmsplice(fds[1]!, [{ iov_base: service.map, iov_len: 64 }], 1, 0)
}
