/**
 * kernel::scatterlist::SGTable: a table that owns its pages, its entries and its mapping, in that order of release:
 * unmap, free the entries, drop the pages (KERNEL_FACTS §12.6, §9.6). A borrowed table owns nothing.
 */
import { Driven, type Steps } from '../../sched/driven.ts'
import { Gone } from '../../trace/contracts.ts'
import { dropValue } from '../drop.ts'
import { device } from '../handles/device.ts'
import type { page } from '../handles/page.ts'
import { sg_table, tableBehind } from '../handles/scatterlist.ts'
import type { Ownership } from '../owners.ts'
import { busAddress } from '../scatter.ts'
import type { Site } from '../surface.ts'
import { Ptr } from '../handles/pointer.ts'
import { boxesOf } from './boxes.ts'
import { pageOfArea } from './memory.ts'
import { EINVAL, type Handle, type Rust, type RustType } from './rust.ts'
import { vectorsOf } from './vectors.ts'

interface TableHandle extends Handle {
  readonly table: object
  /** Set for a table that owns. */
  readonly owned: { readonly dev: object; readonly dir: number; readonly pages: object } | null
}

interface EntryHandle extends Handle {
  readonly address: bigint
  readonly length: number
}

const TABLES = new WeakMap<Rust, SgTables>()

export function sgTablesOf(rust: Rust): SgTables {
  let tables = TABLES.get(rust)
  if (tables === undefined) TABLES.set(rust, (tables = new SgTables(rust)))
  return tables
}

export class SgTables {
  private readonly type: RustType<TableHandle>
  private readonly entries: RustType<EntryHandle>
  /** Mappings of owning tables by table: what is revoked when the device is unbound. */
  private readonly mapped = new Map<object, { readonly dev: object; readonly dir: number }>()

  constructor(private readonly rust: Rust) {
    rust.s.unbinding.push((behind, site) => {
      for (const [table, { dev }] of this.mapped)
        if (device.is(dev) && device.behind(dev) === behind) this.unmap(site, table)
    })
    this.entries = rust.type<EntryHandle>('SGEntry', {
      pure: { dma_address: (self) => self.address, dma_len: (self) => self.length },
    })
    this.type = rust.type<TableHandle>('SGTable', {
      steps: { iter: (site, self) => this.iterate(site, self) },
      pure: { as_ptr: (self) => self.table },
    })
  }

  /** The entries as the device sees them. One step that reads `nents`. */
  private iterate(site: Site, self: TableHandle): readonly object[] {
    const { rust } = this
    const table = tableBehind(self.table)
    const first = table?.sgl ?? null
    const count = table?.nents ?? 0
    rust.note(site)
    const list = rust.s.scatter.entries(first, count)
    return Object.freeze(
      list.map((entry) =>
        this.entries.make({ address: busAddress(rust.s, entry.dmaAddress), length: entry.dmaLength, borrow: null }),
      ),
    )
  }

  /** The frames of a container whose memory is a vmalloc area. */
  private frames(site: Site, pages: object): page[] {
    const { rust } = this
    const box = boxesOf(rust).types.V.state(pages)
    const vec = vectorsOf(rust).types.V.state(pages)
    if (box === undefined && vec === undefined)
      throw new TypeError('SGTable.new() takes a VBox or VVec: its pages are those of a vmalloc area')
    rust.checkEnded(site, pages)
    const pointer = box?.pointer ?? vec?.pointer ?? null
    const bytes = box === undefined ? (vec?.capacity ?? 0) * (vec?.size ?? 0) : box.bytes
    if (!Ptr.is(pointer)) return []
    const count = Math.ceil(bytes / rust.s.pageSize)
    return Array.from({ length: count }, (_, i) => rust.s.handles.page(pageOfArea(rust, pointer, i)))
  }

  /** `SGTable::new(dev, pages, dir, flags)`: the pages are moved into the table. */
  create(site: Site, dev: object, pages: object, dir: number, flags: number): object {
    const { rust } = this
    const frames = this.frames(site, pages)
    if (frames.length === 0) return this.failed(site, pages, EINVAL)
    const table = new sg_table()
    const bytes = frames.length * rust.s.pageSize
    const made = rust.call('sg_alloc_table_from_pages', site, table, frames, frames.length, 0, bytes, flags) as number
    if (made < 0) return this.failed(site, pages, made)
    const mapped = rust.call('dma_map_sgtable', site, dev, table, dir, 0) as number
    if (mapped < 0) {
      rust.call('sg_free_table', site, table)
      return this.failed(site, pages, mapped)
    }
    this.mapped.set(table, { dev, dir })
    // The table holds the pages now: it drops them, last.
    const held = rust.s.owners.find(pages)
    rust.consume(site, pages, Gone.MOVED)
    const handle = this.type.make({ table, owned: { dev, dir, pages }, borrow: null })
    rust.s.owners.add(handle, {
      allocation: held?.allocation ?? 0,
      type: 'SGTable',
      drop: (at) => this.drop(at, table, pages, held),
    })
    return handle
  }

  /** The pages were moved into the call: it drops them when it fails. */
  private failed(site: Site, pages: object, errno: number): never {
    const rest = dropValue(this.rust.s, site, pages)
    if (rest instanceof Driven) while (rest.generator.next().done !== true);
    return this.rust.fail(errno)
  }

  /** Ends the mapping, unless the device was unbound before: then it is gone already. */
  private unmap(site: Site, table: object): boolean {
    const mapping = this.mapped.get(table)
    if (mapping === undefined) return false
    this.mapped.delete(table)
    this.rust.call('dma_unmap_sgtable', site, mapping.dev, table, mapping.dir, 0)
    return true
  }

  private drop(site: Site, table: object, pages: object, held: Ownership | undefined): Driven {
    const { rust } = this
    const unmapped = this.unmap(site, table)
    if (!unmapped) rust.call('sg_free_table', site, table)
    return new Driven(
      (function* (): Steps {
        if (unmapped) {
          yield
          rust.call('sg_free_table', site, table)
        }
        if (held === undefined) return undefined
        yield
        rust.s.owners.add(pages, held)
        const rest = dropValue(rust.s, site, pages)
        if (rest instanceof Driven) yield* rest.generator
        return undefined
      })(),
    )
  }

  /** `SGTable::from_raw`: a table of C, borrowed. */
  fromRaw(site: Site, table: object): object {
    const { rust } = this
    const behind = tableBehind(table)
    if (behind === null || behind.sgl === null) rust.breach(site, 'SGTable::from_raw#alive', 0)
    rust.note(site)
    return this.type.make({ table, owned: null, borrow: null })
  }
}
