/** kernel::mm: address spaces and their locks. Follows rust/kernel/mm.rs at v6.16. */
import type { mm_struct } from '../handles/user-memory.ts'
import type { MmStatics, MmWithUserStatics } from '../handles/rust-types.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import type { Surface } from '../surface.ts'
import { spacesOf } from './address-spaces.ts'
import { rustOf } from './rust.ts'

export function kernelMm(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  return {
    values: {
      /** An `mm_struct` that stays, with or without users: `Mm.grab(mm)`. */
      Mm: lazy(() => ({
        grab: rust.fn((site, mm: mm_struct) => spacesOf(rust).grab(site, mm)),
        current: rust.fn((site) => spacesOf(rust).current(site)),
      })) as unknown as MmStatics,
      /** An address space that has users: what is mapped stays mapped unless somebody unmaps it. */
      MmWithUser: lazy(() => ({
        from_raw: rust.fn((site, mm: mm_struct) => spacesOf(rust).fromRaw(site, mm)),
        current: rust.fn((site) => spacesOf(rust).current(site)),
        into_mmput_async: rust.fn((site, mm: object) => spacesOf(rust).intoAsync(site, mm)),
      })) as unknown as MmWithUserStatics,
    },
  }
}
