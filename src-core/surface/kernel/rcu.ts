/** kernel::sync::rcu: read-side guards. Follows rust/kernel/sync/rcu.rs at v6.14. */
import type { RcuFunctions } from '../handles/rust-types.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'
import { rustOf, type Handle } from './rust.ts'

export function kernelRcu(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  const made = lazy(() => {
    const guards = rust.type<Handle>('Guard', {})
    const readLock = (site: Site): object => {
      rust.call('rcu_read_lock', site)
      const guard = guards.make({ borrow: null })
      s.owners.add(guard, {
        allocation: 0,
        type: 'Guard',
        drop: (at) => rust.call('rcu_read_unlock', at),
      })
      return guard
    }
    return {
      read_lock: rust.fn(readLock),
      synchronize_rcu: rust.suspendingFn((site) => rust.call('synchronize_rcu', site)),
    }
  })
  return {
    values: {
      /**
       * Read-side sections: `using guard = rcu.read_lock()` enters one, the end of the block leaves it. A guard may
       * not be sent to another task, and nothing may sleep while it lives (no type forbids that).
       */
      rcu: made as unknown as RcuFunctions,
    },
  }
}
