/**
 * The TLB of each cpu: what the MMU remembers of page tables, and goes on using until somebody flushes it.
 *
 * Kernel: arch/x86/mm/tlb.c, include/asm-generic/tlb.h (mmu_gather: clear entries, flush, then put pages);
 * KERNEL_FACTS 7.5, 16 D54.
 * Simplified: entries are tagged with their address space (PCID, ASID), so a switch of tasks flushes nothing; an entry
 * is never dropped to make room, so what may go wrong does.
 */
import { addsTo, changes, Part, reads } from '../machine/state-watch.ts'
import type { Pte } from '../machine/page-table.ts'
import { Field } from '../trace/fields.ts'
import type { TraceWriter } from '../trace/writer.ts'
import type { MmStruct } from './mm-struct.ts'

/** One remembered translation. */
export interface TlbEntry {
  readonly pfn: number
  readonly write: boolean
  /** Right of the page-table entry that it was read from. */
  readonly right: number
}

export class Tlb {
  /** By cpu: address space and address of the page. */
  private readonly cpus: Map<MmStruct, Map<number, TlbEntry>>[]
  /** Value of Field.TLB by index, where it is not 0. */
  private readonly recorded = new Map<number, number>()

  constructor(
    cpus: number,
    private readonly trace: TraceWriter,
  ) {
    this.cpus = Array.from({ length: cpus }, () => new Map<MmStruct, Map<number, TlbEntry>>())
  }

  find(cpu: number, mm: MmStruct, address: number): TlbEntry | undefined {
    const known = this.cpus[cpu]?.get(mm)?.get(address)
    reads(Part.TLB + cpu, mm, address, address + 1)
    addsTo(Part.TLB_ALL + cpu, null)
    return known
  }

  fill(cpu: number, mm: MmStruct, address: number, pte: Pte, right: number): TlbEntry {
    changes(Part.TLB + cpu, mm, address, address + 1)
    addsTo(Part.TLB_ALL + cpu, null)
    const entry = { pfn: pte.pfn, write: pte.write, right }
    const entries = this.cpus[cpu]!
    const space = entries.get(mm)
    this.record(cpu, space?.get(address), false)
    if (space === undefined) entries.set(mm, new Map([[address, entry]]))
    else space.set(address, entry)
    this.record(cpu, entry, true)
    return entry
  }

  /** Records that a cpu remembers an entry from now on, or no more. */
  private record(cpu: number, entry: TlbEntry | undefined, isKnown: boolean): void {
    if (entry === undefined || entry.right === 0) return
    const index = entry.right * 4 + (cpu >>> 4)
    const known = 1 << (cpu & 15)
    const before = this.recorded.get(index) ?? 0
    const cleared = before & ~(known | (known << 16))
    const after = (isKnown ? cleared | known | (entry.write ? known << 16 : 0) : cleared) >>> 0
    if (after === before) return
    this.trace.delta(Field.TLB, index, before, after)
    if (after === 0) this.recorded.delete(index)
    else this.recorded.set(index, after)
  }

  /** What a cpu remembers of an address space. */
  entries(cpu: number, mm: MmStruct): Iterable<readonly [number, TlbEntry]> {
    return this.cpus[cpu]?.get(mm) ?? []
  }

  /** flush_tlb_page(): one page of one address space, on every cpu. */
  flushPage(mm: MmStruct, address: number): void {
    this.cpus.forEach((cpu, index) => {
      addsTo(Part.TLB_ALL + index, null)
      const space = cpu.get(mm)
      this.record(index, space?.get(address), false)
      if (space?.delete(address) === true) changes(Part.TLB + index, mm, address, address + 1)
      else reads(Part.TLB + index, mm, address, address + 1)
    })
  }

  /** flush_tlb_mm(). */
  flushSpace(mm: MmStruct): void {
    this.cpus.forEach((cpu, index) => {
      addsTo(Part.TLB_ALL + index, null)
      changes(Part.TLB + index, mm)
      for (const entry of cpu.get(mm)?.values() ?? []) this.record(index, entry, false)
      cpu.delete(mm)
    })
  }

  /** Everything on one cpu, or on all (-1). Returns how many entries were dropped. */
  flush(cpu: number): number {
    let dropped = 0
    this.cpus.forEach((spaces, index) => {
      if (cpu >= 0 && index !== cpu) return
      changes(Part.TLB_ALL + index, null)
      for (const space of spaces.values()) {
        dropped += space.size
        for (const entry of space.values()) this.record(index, entry, false)
      }
      spaces.clear()
    })
    return dropped
  }
}
