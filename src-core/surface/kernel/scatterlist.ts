/** kernel::scatterlist: tables of pages for devices. Follows rust/kernel/scatterlist.rs at v6.18. */
import type { SGTableStatics } from '../handles/rust-types.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import type { Surface } from '../surface.ts'
import { rustOf } from './rust.ts'
import { sgTablesOf } from './sg-table.ts'

export function kernelScatterlist(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  return {
    values: {
      /**
       * A scatterlist with what it needs: `SGTable.new(dev, pages, dir, flags)` moves the pages in, makes the entries
       * and maps them; dropping it unmaps, frees the entries, then drops the pages.
       */
      SGTable: lazy(() => {
        const tables = sgTablesOf(rust)
        return {
          new: rust.fn((site, dev: object, pages: object, dir: number, flags: number) =>
            tables.create(site, dev, pages, dir, flags),
          ),
          from_raw: rust.fn((site, table: object) => tables.fromRaw(site, table)),
        }
      }) as unknown as SGTableStatics,
    },
  }
}
