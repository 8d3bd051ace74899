/**
 * kernel::folio: folios with a count. Follows the posted Rust folio series; the C functions are those of linux/mm.h.
 */
import type { folio } from '../handles/page.ts'
import type { FolioStatics } from '../handles/rust-types.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import type { Surface } from '../surface.ts'
import { foliosOf } from './folio-type.ts'
import { rustOf } from './rust.ts'

export function kernelFolio(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  return {
    values: {
      /** A counted reference of a folio: `Folio.alloc(order, flags)`; dropping it is `folio_put()`. */
      Folio: lazy(() => ({
        alloc: rust.fn((site, order: number, flags: number) => foliosOf(rust).alloc(site, order, flags)),
        from_raw: rust.fn((site, raw: folio) => foliosOf(rust).fromRaw(site, raw)),
        into_raw: rust.fn((site, value: object) => foliosOf(rust).intoRaw(site, value)),
      })) as unknown as FolioStatics,
    },
  }
}
