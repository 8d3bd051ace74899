// @era all
// @expect not-in-this-era rust-no-grace.ts:7 v6.12
// @expect pt-borrow-outlives 28 v6.14 v6.17 v6.18 next memdesc
//
// MISTAKE: the owner does not wait. The reader's guard is there, its page is not; rustc has nothing to say.
import { borrow_phys, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, KernelError, Page, drop, rcu } from 'kernel'
import { shared, rcu_dereference, rcu_assign_pointer, EEXIST, ENOENT } from 'linux'
import { read_and_revoke } from './rust_reader.ts'

const slot = shared<bigint | null>(null)

/** Publishes a page with a value in it. Throws ENOMEM, EEXIST. */
export function publish(value: number): void {
  if (rcu_dereference(slot) !== null) throw new KernelError(-EEXIST)
  const page = Page.alloc_page(GFP_KERNEL)
  page.write_raw([value], 0, 1)
  rcu_assign_pointer(slot, into_phys(page))
}

/** Reads the value. No reference is taken on anything; the guard is the right. Throws ENOENT. */
export function read(meanwhile: () => void): number {
  using _guard = rcu.read_lock()
  const phys = rcu_dereference(slot)
  if (phys === null) throw new KernelError(-ENOENT)
  const page = borrow_phys(phys)!
  meanwhile()
  return page.with_pointer_into_page(0, 1, (p) => p.read_u8(0))
}

/** The owner takes the page back and frees it. Sleeps. Throws ENOENT. */
export function revoke(): void {
  const phys = rcu_dereference(slot)
  if (phys === null) throw new KernelError(-ENOENT)
  rcu_assign_pointer(slot, null)
  drop(from_phys(phys))
}

read_and_revoke({ publish, read, revoke })
