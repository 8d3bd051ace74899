/**
 * What must hold of user address spaces between two steps of a program that made no mistake: areas in order, entries
 * only where areas are, counts that equal the entries, no entry to free memory. Throws `SimulatorBug` with the first
 * difference. Looks at every entry of every table: not for speed.
 */
import { invariant } from '../base/assert.ts'
import { FrameKind } from '../trace/fields.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mm-struct.ts'
import { ZERO_PFN, type UserMap } from './user-map.ts'

/** Checks every address space of a kernel. */
export function checkUserMaps(kernel: Kernel, map: UserMap): void {
  const { frames } = kernel
  const mappings = new Map<number, number>()
  for (const mm of map.spaces) {
    checkAreas(mm, map.pageSize)
    for (const pfn of mm.table.frames)
      invariant(frames.kindOf(pfn) === FrameKind.TABLE, `table ${pfn} of space ${mm.id} is kind ${frames.kindOf(pfn)}`)
    let entries = 0
    for (const [address, pte] of mm.table.entries()) {
      entries++
      const where = `the entry at ${address.toString(16)} of space ${mm.id}`
      invariant(map.rightAt(mm, address) !== 0, `${where} is nobody's right`)
      const isDetached = [...mm.detached].some((one) => address >= one.start && address < one.end)
      invariant(isDetached || mm.lookup(address) !== null, `${where} lies in no area`)
      if (!frames.valid(pte.pfn) || pte.pfn === ZERO_PFN) continue
      const kind = frames.kindOf(pte.pfn)
      invariant(kind !== FrameKind.BUDDY && kind !== FrameKind.PCP, `${where} maps free frame ${pte.pfn}`)
      if (!pte.special) mappings.set(pte.pfn, (mappings.get(pte.pfn) ?? 0) + 1)
    }
    invariant(entries === mm.rights.size, `space ${mm.id} has ${entries} entries and ${mm.rights.size} rights`)
  }
  const references = new Map<number, number>()
  for (const [pfn, count] of mappings) {
    invariant(frames.mapcount[pfn] === count, `frame ${pfn} counts ${frames.mapcount[pfn]} mappings, has ${count}`)
    references.set(frames.headOf(pfn), (references.get(frames.headOf(pfn)) ?? 0) + count)
  }
  for (const [head, count] of references)
    invariant(frames.refcount[head]! >= count, `folio ${head}: ${frames.refcount[head]} references, ${count} entries`)
  for (let pfn = 0; pfn < frames.count; pfn++)
    invariant(
      frames.mapcount[pfn] === 0 || mappings.has(pfn) || frames.slab[pfn] !== 0,
      `frame ${pfn} counts ${frames.mapcount[pfn]} mappings, has none`,
    )
}

/** Areas are whole pages, in order of address, and apart. */
function checkAreas(mm: MmStruct, pageSize: number): void {
  let end = 0
  for (const vma of mm.vmas) {
    const name = `area ${vma.start.toString(16)} of space ${mm.id}`
    invariant(vma.start % pageSize === 0 && vma.end % pageSize === 0, `${name} is not whole pages`)
    invariant(vma.start >= end && vma.end > vma.start, `${name} overlaps the one before, or is empty`)
    invariant(vma.mm === mm, `${name} belongs to another space`)
    end = vma.end
  }
}
