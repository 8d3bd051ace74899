/** kernel::mm::virt: areas of address spaces. Follows rust/kernel/mm/virt.rs at v6.16. */
import type { vm_area_struct } from '../handles/user-memory.ts'
import type { VmaMixedMapStatics, VmaNewStatics, VmaRefStatics } from '../handles/rust-types.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import type { Surface } from '../surface.ts'
import { spacesOf } from './address-spaces.ts'
import { rustOf } from './rust.ts'

export function kernelMmVirt(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  return {
    values: {
      /** An area that is valid while a lock is held: the mmap lock, or the lock of the area. */
      VmaRef: lazy(() => ({
        from_raw: rust.fn((site, vma: vm_area_struct) => spacesOf(rust).areaFromRaw(site, vma)),
      })) as unknown as VmaRefStatics,
      /** An area with VM_MIXEDMAP: pages may be inserted. */
      VmaMixedMap: lazy(() => ({
        from_raw: rust.fn((site, vma: vm_area_struct) => spacesOf(rust).mixedFromRaw(site, vma)),
      })) as unknown as VmaMixedMapStatics,
      /** An area that is being made, in the mmap hook: its flags may be set. */
      VmaNew: lazy(() => ({
        from_raw: rust.fn((site, vma: vm_area_struct) => spacesOf(rust).newArea(site, vma)),
      })) as unknown as VmaNewStatics,
    },
  }
}
