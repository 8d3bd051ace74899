// @era v6.17 v6.18 next memdesc
// @expect borrow-outlives-owner 13
//
// The area is valid while the lock is held; the guard is dropped first.
import { Mm, drop, type VmaRef } from 'kernel'
import { misc_register, pr_info } from 'linux'
import { MAP_PRIVATE, MAP_ANONYMOUS, PROT_READ, ioctl, mmap, open, spawn } from 'user'
function look(addr: bigint): void {
  using mm = Mm.current()!
  const guard = mm.mmap_read_lock()
  const vma: VmaRef = guard.vma_lookup(addr)!
  drop(guard)
  pr_info(`${vma.end() - vma.start()} bytes`)
}
misc_register({ name: 'look', fops: { ioctl: (_file, _cmd, arg) => look(BigInt(arg as bigint)) } })
spawn('user', () => {
  const p = mmap(null, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof p !== 'number') ioctl(open('/dev/look', 0), 1, p.addr)
})
