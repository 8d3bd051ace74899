/**
 * kernel::types and kernel::error: owners, counted references, foreign pointers, errors. Follows rust/kernel/types.rs
 * and, from next on, rust/kernel/owned.rs (KERNEL_FACTS §12.4).
 */
import { dropValue } from '../drop.ts'
import { KernelError as KernelErrorClass } from '../handles/kernel-error.ts'
import type {
  ARefStatics,
  ForeignOwnableStatics,
  KernelErrorStatics,
  OwnableRefCountedStatics,
  OwnedStatics,
} from '../handles/rust-types.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'
import { foreignOf } from './foreign.ts'
import { ownedsOf } from './owned.ts'
import { rustOf } from './rust.ts'

export function kernelTypes(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  return {
    suspending: {
      /**
       * Drops a value now: an owner is released, with the owners in its fields in the order of their declaration. Its
       * name is dead afterwards. What was moved away or owns nothing (a borrow) is left alone.
       */
      drop(site: Site, value: unknown): void {
        return dropValue(s, site, value) as void
      },
    },
    values: {
      /** The one owner of a value: dropping it calls the `release` of its type. `Owned.from_raw(x)` makes one. */
      Owned: lazy(() => ownedsOf(rust).owned()) as unknown as OwnedStatics,
      /** A counted reference: it owns one increment of its object's count. `ARef.from(x)` makes one. */
      ARef: lazy(() => ownedsOf(rust).aref()) as unknown as ARefStatics,
      /** From one owner to counted references and back, for types that have both. */
      OwnableRefCounted: lazy(() => ownedsOf(rust).refCounted()) as unknown as OwnableRefCountedStatics,
      /** Owners handed to C and back: `into_foreign`, `borrow`, `from_foreign`. */
      ForeignOwnable: lazy(() => foreignOf(rust).statics(null)) as unknown as ForeignOwnableStatics,
      /** What a function that returns `Result` throws; `errno` is negative (`-ENOMEM`). */
      KernelError: KernelErrorClass as unknown as KernelErrorStatics,
    },
  }
}
