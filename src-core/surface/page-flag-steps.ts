/** Steps on the flags of pages and folios: which word a flag stands in, and the record of a test and of a change. */
import { FLAG_ASSERTIONS, Flag, FlagAssertion, Op } from '../trace/ops.ts'
import * as flags from '../mm/page-flags.ts'
import type { folio, page } from './handles/page.ts'
import type { Site, Surface } from './surface.ts'

/** Flags that a tail may not be changed in (PF_NO_TAIL), and those of pages that are not compound (PF_NO_COMPOUND). */
const NO_TAIL = [flags.PG_uptodate, flags.PG_owner_2, flags.PG_reclaim]
const NO_COMPOUND = [flags.PG_reserved, flags.PG_owner_priv_1]

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
    if (!frames.valid(pfn)) return s.done(kind, s.occupant(pfn), at >>> 0, bit, 0, Flag.WILD | Flag.FAULT)
    const refused = s.kernel.info.debug ? this.refusal(pfn, bit, on) : FlagAssertion.NONE
    if (refused !== FlagAssertion.NONE) return this.stop(kind, pfn, bit, refused)
    this.set(at, bit, on)
    s.done(kind, s.occupant(pfn), at >>> 0, bit, 0, 0)
  }

  /** The assertion of DEBUG_VM_PGFLAGS that a change of a flag breaks. */
  private refusal(pfn: number, bit: number, on: boolean): FlagAssertion {
    const { frames } = this.s.kernel
    const isTail = frames.head[pfn] !== 0
    const isHead = ((frames.flags[pfn]! >>> flags.PG_head) & 1) === 1
    if (NO_COMPOUND.includes(bit)) return isTail || isHead ? FlagAssertion.COMPOUND : FlagAssertion.NONE
    if (!isTail || !NO_TAIL.includes(bit)) return FlagAssertion.NONE
    return on && bit === flags.PG_uptodate ? FlagAssertion.FOLIO_TAIL : FlagAssertion.TAIL
  }

  /** Closes a change that an assertion stopped: the task is over. */
  stop(kind: number, pfn: number, bit: number, assertion: FlagAssertion): void {
    const { s } = this
    s.kernel.reports.vmBug(FLAG_ASSERTIONS[assertion], 'include/linux/page-flags.h')
    s.done(kind, s.occupant(pfn), pfn >>> 0, bit, assertion, Flag.FAULT)
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
