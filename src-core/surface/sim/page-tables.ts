/**
 * Page-table entries and TLBs by hand: for drivers that change entries themselves, and to see what a missing flush
 * does. Follows include/linux/pgtable.h at v6.12: set_pte_at(), ptep_get_and_clear() with what the rmap functions that
 * go with them do to the mapping count; references and TLBs are the caller's.
 */
import { decodePte, encodePte, type Pte } from '../../machine/page-table.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import { PteKind } from '../../mm/user-map.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { Ptr } from '../handles/pointer.ts'
import { page } from '../handles/page.ts'
import { mm_struct } from '../handles/user-memory.ts'
import { addressOf, wholeOf, wordOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

/** PROT_WRITE in a protection. */
const WRITE = 2
const READ_WRITE_EXEC = 7
const ENOMEM = -12

export function simPageTables(s: Surface) {
  const { trace, users, kernel } = s
  const { map } = users
  const { info } = kernel

  function space(mm: mm_struct, kind: number): MmStruct {
    if (!mm_struct.is(mm)) throw s.wrongType(kind, 'an mm_struct')
    return mm_struct.behind(mm)
  }

  /** Address of the page that an address lies in. */
  function pageOf(addr: bigint | number | Ptr): number {
    const at = addressOf(addr)
    return at - (at % s.pageSize)
  }

  /** Takes an entry away, without a flush. The record is open, and closed here. */
  function clear(mm: MmStruct, address: number, pte: Pte): void {
    const allocation = map.occupant(pte.pfn)
    const right = map.forget(mm, address, pte)
    s.done(Op.pte_clear, allocation, pte.pfn >>> 0, right, right, 0)
  }

  const change = (pte: bigint, parts: Partial<Pte>): bigint => {
    const old = decodePte(info, wordOf(pte, 'pte'))
    return old === null ? 0n : encodePte(info, { ...old, ...parts })
  }
  const test = (pte: bigint, part: (pte: Pte) => boolean): number => {
    const old = decodePte(info, wordOf(pte, 'pte'))
    return old !== null && part(old) ? 1 : 0
  }
  const make = (pfn: number, prot: number): bigint =>
    encodePte(info, {
      pfn: wholeOf(pfn, 'pfn', 0, 2 ** 40),
      write: (wholeOf(prot, 'prot') & WRITE) !== 0,
      special: false,
      none: (prot & READ_WRITE_EXEC) === 0,
    })

  return {
    steps: {
      /** The raw entry of the last level for a user address; 0n = none. */
      pte_get(site: Site, mm: mm_struct, addr: bigint | number | Ptr): bigint {
        pageOf(addr)
        trace.begin(site)
        const where = space(mm, Op.pte_get)
        const raw = where.table.raw(pageOf(addr))
        const pfn = decodePte(info, raw)?.pfn ?? NO_SUBJECT
        s.done(Op.pte_get, map.occupant(pfn), pfn >>> 0, map.rightAt(where, pageOf(addr)), 0, 0)
        return raw
      },
      /**
       * Writes a raw entry of the last level (set_pte_at), as `pfn_pte` or `mk_pte` makes it. The mapping count of a
       * page follows, its reference does not: take one for a page that is counted. What was there is replaced. Flushes
       * nothing. Returns 0, or -ENOMEM if there is no memory for a table.
       */
      pte_set(site: Site, mm: mm_struct, addr: bigint | number | Ptr, pte: bigint): number {
        const next = decodePte(info, wordOf(pte, 'pte'))
        pageOf(addr)
        trace.begin(site)
        const where = space(mm, Op.pte_set)
        const address = pageOf(addr)
        const old = where.table.get(address)
        if (old !== null) {
          clear(where, address, old)
          trace.begin(site)
        }
        if (next === null) {
          s.abandon()
          return 0
        }
        const special = next.special || !kernel.frames.valid(next.pfn)
        const made = special ? map.addSpecial(where, address, next) : map.addCounted(where, address, next, false)
        const right = made ? map.rightAt(where, address) : ENOMEM
        const kind = special ? PteKind.SPECIAL : PteKind.COUNTED
        s.done(Op.pte_set, map.occupant(next.pfn), next.pfn >>> 0, right, kind, made ? 0 : Flag.FAILED)
        return made ? 0 : ENOMEM
      },
      /**
       * Clears an entry of the last level (ptep_get_and_clear) and returns what it was; 0n = there was none. The
       * mapping count follows. The reference that the entry held is the caller's now, and so is the flush: until
       * `tlb_flush`, cpus that used the entry go on using it.
       */
      pte_clear(site: Site, mm: mm_struct, addr: bigint | number | Ptr): bigint {
        pageOf(addr)
        trace.begin(site)
        const where = space(mm, Op.pte_clear)
        const address = pageOf(addr)
        const raw = where.table.raw(address)
        const old = decodePte(info, raw)
        if (old === null) s.abandon()
        else clear(where, address, old)
        return raw
      },
      /** Drops what the TLB of a cpu remembers; without a cpu, of every one. */
      tlb_flush(site: Site, cpu?: number): void {
        trace.begin(site)
        const one = cpu === undefined || cpu === null ? -1 : s.integer(cpu, 'cpu', 0, info.cpus - 1)
        s.done(Op.tlb_flush, 0, one < 0 ? NO_SUBJECT : one, map.tlb.flush(one), 0, 0)
      },
    },
    pure: {
      /** An entry for a frame, with a protection (PROT_* bits, `vma.vm_page_prot`). */
      pfn_pte(pfn: number, prot: number): bigint {
        return make(pfn, prot)
      },
      /** An entry for a page, with a protection. */
      mk_pte(p: page, prot: number): bigint {
        if (!page.is(p)) throw new TypeError('mk_pte() takes a page')
        return make(page.pfn(p), prot)
      },
      /** Frame of an entry. */
      pte_pfn(pte: bigint): number {
        return decodePte(info, wordOf(pte, 'pte'))?.pfn ?? 0
      },
      /** The entry, writable. */
      pte_mkwrite(pte: bigint): bigint {
        return change(pte, { write: true })
      },
      /** The entry, not writable. */
      pte_wrprotect(pte: bigint): bigint {
        return change(pte, { write: false })
      },
      /** The entry, marked as one without a `struct page`. */
      pte_mkspecial(pte: bigint): bigint {
        return change(pte, { special: true })
      },
      /** The entry, dirty. */
      pte_mkdirty(pte: bigint): bigint {
        return change(pte, { dirty: true })
      },
      /** 1 if there is no entry. */
      pte_none(pte: bigint): number {
        return wordOf(pte, 'pte') === 0n ? 1 : 0
      },
      /** 1 if there is an entry (one of PROT_NONE counts). */
      pte_present(pte: bigint): number {
        return wordOf(pte, 'pte') === 0n ? 0 : 1
      },
      /** 1 if the entry may be written. */
      pte_write(pte: bigint): number {
        return test(pte, (parts) => parts.write)
      },
      /** 1 if the entry is marked as one without a `struct page`. */
      pte_special(pte: bigint): number {
        return test(pte, (parts) => parts.special)
      },
      /** 1 if somebody wrote through the entry. */
      pte_dirty(pte: bigint): number {
        return test(pte, (parts) => parts.dirty === true)
      },
    },
  }
}
