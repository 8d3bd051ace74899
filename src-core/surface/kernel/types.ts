/**
 * kernel::types: owners. Follows rust/kernel/types.rs; the values are the objects themselves, ownership is kept
 * beside them.
 */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { Owned as OwnedValue } from '../handles/ownable.ts'
import type { RunHost } from '../run-host.ts'
import { dropValue } from '../drop.ts'
import type { Site, Surface } from '../surface.ts'

export function kernelTypes(s: Surface, host: RunHost) {
  const { trace, owners } = s
  const own = (site: Site, value: object): object => {
    if (typeof value !== 'object' || value === null)
      throw new TypeError('Owned.from_raw() takes an object of a class with a static release(self)')
    if (owners.find(value) !== undefined) throw new TypeError('Owned.from_raw(): the value has an owner already')
    trace.begin(site)
    const allocation = trace.allocation(AllocationKind.OWNED, 0, 0)
    owners.add(value, { allocation })
    s.done(Op.owned_new, allocation, NO_SUBJECT, 0, 0, 0)
    return value
  }
  const disown = (site: Site, value: object): object => {
    const ownership = owners.find(value)
    if (ownership === undefined) throw new TypeError('Owned.into_raw() takes an owner that was not moved or dropped')
    owners.remove(value)
    trace.begin(site)
    s.done(Op.into_raw, ownership.allocation, NO_SUBJECT, 0, 0, Flag.LAST)
    return value
  }
  const Owned = Object.freeze({
    from_raw: host.stepValue(own as never),
    into_raw: host.stepValue(disown as never),
  })
  return {
    suspending: {
      /** Drops a value now: an owner is released. What was moved away or owns nothing is left alone. */
      drop(site: Site, value: unknown): void {
        return dropValue(s, site, value) as void
      },
    },
    values: {
      /**
       * Makes owners: `Owned.from_raw(x)` takes ownership of `x`, `Owned.into_raw(o)` gives it up without releasing.
       */
      Owned: Owned as unknown as {
        from_raw<T extends object>(value: T): OwnedValue<T>
        into_raw<T extends object>(owner: OwnedValue<T>): T
      },
    },
  }
}
