/** Steps on the flags of pages and folios: which word a flag stands in, and the record of a test and of a change. */
import { Flag, Op } from '../trace/ops.ts'
import * as flags from '../mm/page-flags.ts'
import type { folio, page } from './handles/page.ts'
import type { Site, Surface } from './surface.ts'

export class PageFlagSteps {
  constructor(private readonly s: Surface) {}

  /** The page whose word a flag of `pfn` stands in: private, reserved and head are each page's own (PF_ANY). */
  readonly wordOf = (pfn: number, bit: number): number => {
    const { frames } = this.s.kernel
    const own = bit === flags.PG_private || bit === flags.PG_reserved || bit === flags.PG_head
    const hasOwn = own || bit === flags.PG_hwpoison
    return hasOwn || !frames.valid(pfn) ? pfn : frames.headOf(pfn)
  }

  /** Closes a test. `what`: the bit, or a page type. Returns 1 or 0. */
  readonly answer = (pfn: number, what: number, result: boolean): number => {
    const { s } = this
    const wild = s.kernel.frames.valid(pfn) ? 0 : Flag.WILD
    s.done(Op.page_flag_test, s.occupant(pfn), pfn >>> 0, what, result ? 1 : 0, wild)
    return result ? 1 : 0
  }

  readonly test = (site: Site, p: page, bit: number): number => {
    const { frames } = this.s.kernel
    return this.ask(site, p, bit, (pfn) => ((frames.flags[this.wordOf(pfn, bit)]! >>> bit) & 1) === 1)
  }

  readonly change = (site: Site, p: page, bit: number, on: boolean): void => {
    const { s } = this
    const { frames } = s.kernel
    s.trace.begin(site)
    const kind = on ? Op.page_flag_set : Op.page_flag_clear
    const pfn = s.pfn(p, kind)
    const at = this.wordOf(pfn, bit)
    if (frames.valid(pfn)) this.set(at, bit, on)
    s.done(kind, s.occupant(pfn), at >>> 0, bit, 0, frames.valid(pfn) ? 0 : Flag.WILD | Flag.FAULT)
  }

  readonly testFolio = (site: Site, f: folio, bit: number): boolean => {
    const { frames } = this.s.kernel
    return this.askFolio(site, f, bit, (pfn) => ((frames.flags[pfn]! >>> bit) & 1) === 1)
  }

  readonly changeFolio = (site: Site, f: folio, bit: number, on: boolean): void => {
    const { s } = this
    s.trace.begin(site)
    const kind = on ? Op.page_flag_set : Op.page_flag_clear
    const pfn = s.folioPfn(f, kind)
    this.set(pfn, bit, on)
    s.done(kind, s.occupant(pfn), pfn >>> 0, bit, 0, 0)
  }

  /** A test of a page by something else than a bit. `is` is asked of frames that exist only. */
  ask(site: Site, p: page, what: number, is: (pfn: number) => boolean): number {
    const { s } = this
    s.trace.begin(site)
    const pfn = s.pfn(p, Op.page_flag_test)
    return this.answer(pfn, what, s.kernel.frames.valid(pfn) && is(pfn))
  }

  askFolio(site: Site, f: folio, what: number, is: (pfn: number) => boolean): boolean {
    this.s.trace.begin(site)
    const pfn = this.s.folioPfn(f, Op.page_flag_test)
    return this.answer(pfn, what, is(pfn)) === 1
  }

  private set(pfn: number, bit: number, on: boolean): void {
    const { frames } = this.s.kernel
    const old = frames.flags[pfn]!
    frames.setFlags(pfn, (on ? old | (1 << bit) : old & ~(1 << bit)) >>> 0)
  }
}
