/**
 * A page without a count that readers find under `rcu::read_lock()`, in Rust: as a physical address, which is its owner
 * (`Page::into_phys`). The one who takes it out of the slot waits for a grace period, and is the owner again. What
 * `Revocable` of rust/kernel/revocable.rs does since v6.14 for a value of any type.
 */
import { borrow_phys, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, KernelError, Page, drop, rcu } from 'kernel'
import { shared, rcu_dereference, rcu_assign_pointer, EEXIST, ENOENT } from 'linux'

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
  rcu.synchronize_rcu()
  drop(from_phys(phys))
}
