/**
 * A folio as Rust sees it: `ARef<Folio>` owns one reference (posted series; not merged when this was written). Dropping
 * it is folio_put(), cloning it folio_get().
 */
import { Gone } from '../../trace/contracts.ts'
import { Op } from '../../trace/ops.ts'
import { folio } from '../handles/page.ts'
import type { Site } from '../surface.ts'
import { pagesOf } from './page-type.ts'
import { EINVAL, ENOMEM, type Handle, type Rust, type RustType } from './rust.ts'

interface FolioState extends Handle {
  readonly raw: folio
  readonly allocation: number
}

const FOLIOS = new WeakMap<Rust, Folios>()

export function foliosOf(rust: Rust): Folios {
  let folios = FOLIOS.get(rust)
  if (folios === undefined) FOLIOS.set(rust, (folios = new Folios(rust)))
  return folios
}

export class Folios {
  private readonly type: RustType<FolioState>
  /** References that into_raw() handed out, by pfn. */
  private readonly spare = new Map<number, number>()

  constructor(private readonly rust: Rust) {
    this.type = rust.type<FolioState>('Folio', {
      steps: {
        order: (site, self) => rust.call('folio_order', site, self.raw),
        nr_pages: (site, self) => rust.call('folio_nr_pages', site, self.raw),
        ref_count: (site, self) => rust.call('folio_ref_count', site, self.raw),
        size: (site, self) => rust.s.pageSize * (rust.call('folio_nr_pages', site, self.raw) as number),
        page: (site, self, index: number) => this.page(site, self, index),
        clone: (site, self) => {
          rust.call('folio_get', site, self.raw)
          return this.own(self.raw, self.allocation)
        },
      },
      pure: { as_ptr: (self) => self.raw },
    })
  }

  private own(raw: folio, allocation: number): object {
    const { rust } = this
    const value = this.type.make({ raw, allocation, borrow: null })
    rust.s.owners.add(value, { allocation, type: 'ARef|Folio', drop: (site) => rust.call('folio_put', site, raw) })
    return value
  }

  alloc(site: Site, order: number, flags: number): object {
    const raw = this.rust.call('folio_alloc', site, flags, order) as folio | null
    if (raw === null) this.rust.fail(ENOMEM)
    return this.own(raw, this.rust.s.trace.lastAllocation)
  }

  fromRaw(site: Site, raw: folio): object {
    const { rust } = this
    const pfn = folio.pfn(raw)
    const allocation = rust.occupant(pfn)
    const known = this.spare.get(pfn)
    if (known !== undefined) {
      if (known === 0) rust.breach(site, 'Folio::from_raw#reference', allocation)
      this.spare.set(pfn, Math.max(0, known - 1))
    }
    rust.note(site, Op.from_raw, allocation, pfn)
    return this.own(raw, allocation)
  }

  intoRaw(site: Site, value: object): folio {
    const { rust } = this
    const { raw, allocation } = this.type.alive(site, value)
    rust.consume(site, value, Gone.RAW)
    rust.note(site, Op.into_raw, allocation)
    const pfn = folio.pfn(raw)
    this.spare.set(pfn, (this.spare.get(pfn) ?? 0) + 1)
    return raw
  }

  private page(site: Site, self: FolioState, index: number): object {
    const { rust } = this
    const pages = rust.call('folio_nr_pages', site, self.raw) as number
    if (!(index >= 0 && index < pages)) rust.fail(EINVAL)
    const pfn = folio.pfn(self.raw) + index
    const borrow = rust.borrowed(site, self.allocation, pfn, rust.ownerGone(self.handle ?? self))
    return pagesOf(rust).borrowed(pfn, self.allocation, borrow)
  }
}
