/** kernel::dma: directions and coherent memory. Follows rust/kernel/dma.rs at v6.15, v6.18 and after. */
import type {
  CoherentAllocationStatics,
  CoherentBoxStatics,
  CoherentStatics,
  DataDirections,
} from '../handles/rust-types.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import type { Surface } from '../surface.ts'
import { coherentOf } from './coherent.ts'
import { rustOf } from './rust.ts'

const U64 = 8

export function kernelDma(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  return {
    values: {
      /** Direction of a transfer, as the device sees it. */
      DataDirection: Object.freeze({ Bidirectional: 0, ToDevice: 1, FromDevice: 2, None: 3 }) as DataDirections,
      /** Coherent memory up to v6.18: `CoherentAllocation.alloc_coherent(dev, count, flags)`. */
      CoherentAllocation: lazy(() => ({
        alloc_coherent: rust.fn((site, dev: object, count: number, flags: number, size = U64) =>
          coherentOf(rust).alloc(site, dev, count, flags, size, 'CoherentAllocation', true),
        ),
      })) as unknown as CoherentAllocationStatics,
      /** Coherent memory that the device knows: it may be accessed from both sides at any time. */
      Coherent: lazy(() => ({
        zeroed: rust.fn((site, dev: object, flags: number, size = U64) =>
          coherentOf(rust).alloc(site, dev, 1, flags, size, 'Coherent', true),
        ),
        zeroed_slice: rust.fn((site, dev: object, count: number, flags: number, size = U64) =>
          coherentOf(rust).alloc(site, dev, count, flags, size, 'Coherent', true),
        ),
      })) as unknown as CoherentStatics,
      /** Coherent memory that the device does not know yet: the CPU has it alone until `into()` publishes it. */
      CoherentBox: lazy(() => ({
        zeroed: rust.fn((site, dev: object, flags: number, size = U64) =>
          coherentOf(rust).alloc(site, dev, 1, flags, size, 'CoherentBox', false),
        ),
        zeroed_slice: rust.fn((site, dev: object, count: number, flags: number, size = U64) =>
          coherentOf(rust).alloc(site, dev, count, flags, size, 'CoherentBox', false),
        ),
      })) as unknown as CoherentBoxStatics,
    },
  }
}
