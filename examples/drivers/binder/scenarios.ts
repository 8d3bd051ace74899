/** What the service does besides: it moves its mapping away, unmaps it, or gives a page of it to a pipe. */
import { pr_info, PAGE_SIZE } from 'linux'
import { kswapd, reclaim } from 'sim'
import {
  close, fork, mmap, mremap, munmap, open, pipe, read, vmsplice, MAP_ANONYMOUS, MAP_FIXED, MAP_PRIVATE, MAP_SHARED, MREMAP_FIXED,
  MREMAP_MAYMOVE, O_RDWR, PROT_READ, PROT_WRITE,
} from 'user'
import { give_back, receive, send, SIZE, stats, transact, type Service } from './app.ts'

const RW = PROT_READ | PROT_WRITE

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

/** The process is gone and a child holds its file: neither the shrinker nor a sender gets at the address space. */
export function outlived(service: Service): void {
  send(0x10ad, 100)
  give_back(service, receive(service))
  const fds: number[] = []
  pipe(fds)
  fork(() => {
    close(fds[1]!)
    const buf = mmap(null, PAGE_SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if (typeof buf === 'number') return
    read(fds[0]!, buf, 1) // until the last writer, the parent, is gone
    pr_info(`the shrinker frees ${reclaim(3)} of a process that is gone`)
    pr_info(`a transaction for it: ${send(0x2bad, 2 * PAGE_SIZE)}`)
  })
}

/** All states of a page: in use, available (mapped, readable), taken by the shrinker, in use again. */
export function states(service: Service): void {
  const at = transact(service)
  stats(service)
  give_back(service, at)
  stats(service)
  pr_info(`still readable: 0x${service.map.read_u32(at).toString(16)}`)
  pr_info(`the shrinker frees ${reclaim(3)}`)
  stats(service)
  give_back(service, transact(service))
}

/**
 * The service unmaps its area and has others in its place: memory of its own, and then a writable buffer of a camera.
 */
export function replaced(service: Service): void {
  give_back(service, transact(service))
  munmap(service.map, SIZE)
  const own = mmap(service.map, SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
  if (typeof own === 'number') return
  own.write_u32(0, 0x0a11)
  pr_info(`the shrinker frees ${reclaim(3)}`)
  pr_info(`memory of the service's own: 0x${own.read_u32(0).toString(16)}`)
  munmap(own, SIZE)

  const camera = mmap(service.map, SIZE, RW, MAP_SHARED | MAP_FIXED, open('/dev/camera', O_RDWR), 0)
  if (typeof camera === 'number') return
  const sent = send(0x10ad, 100)
  pr_info(`a transaction while the camera is there: ${sent}`)
  if (sent !== 0) return
  camera.write_u32(0, 0xbad)
  pr_info(`the service has written its own transaction: 0x${camera.read_u32(0).toString(16)}`)
}
