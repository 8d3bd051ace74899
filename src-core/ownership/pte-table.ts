/**
 * Where the entries of user page tables lie, by right id: folded from Field.PTE_ADDRESS, PTE_SPACE, PTE_AREA. Moving an
 * entry (mremap) changes its address and nothing else.
 */
import { Field } from '../trace/fields.ts'

/** One entry, in force or gone. Pages are numbers of user pages, low 32 bits. */
export interface PteInfo {
  /** Page where it was made, and where it is now. */
  first: number
  page: number
  space: number
  /** `vm_flags` of its area when it was made. */
  flags: number
}

export class PteTable {
  private readonly entries = new Map<number, PteInfo>()

  /** Takes in a delta of one of the three fields. */
  set(field: number, right: number, old: number, value: number): void {
    let entry = this.entries.get(right)
    if (entry === undefined) this.entries.set(right, (entry = { first: value, page: value, space: 0, flags: 0 }))
    if (field === Field.PTE_ADDRESS) {
      if (old === 0) entry.first = value
      entry.page = value
    } else if (field === Field.PTE_SPACE) entry.space = value
    else entry.flags = value
  }

  of(right: number): PteInfo | undefined {
    return this.entries.get(right)
  }
}
