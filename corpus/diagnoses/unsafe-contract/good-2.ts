// @era v6.17 v6.18 next memdesc
// @expect none
//
// The area is borrowed while the lock is held.
import { VmaRef } from 'kernel'
import { current, misc_register, pr_info, vma_lookup, mmap_read_lock, mmap_read_unlock } from 'linux'
import { ioctl, mmap, open, spawn, MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ } from 'user'
function flags(vma: ReturnType<typeof vma_lookup>): number {
  return VmaRef.from_raw(vma!).flags()
}
function look(addr: bigint): void {
  mmap_read_lock(current.mm!)
  const vma = vma_lookup(current.mm!, addr)
  pr_info(`flags ${flags(vma)}`)
  mmap_read_unlock(current.mm!)
}
misc_register({ name: 'look', fops: { ioctl: (_file, _cmd, arg) => look(BigInt(arg as bigint)) } })
spawn('user', () => {
  const p = mmap(null, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof p !== 'number') ioctl(open('/dev/look', 0), 1, p.addr)
})
